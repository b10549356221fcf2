import { paymentStop } from '@holdfast/payment-stop'
import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { answerBodySchema, answerType, orderSchema } from '@holdfast/payment-stop/language'
import { parseWith } from '@holdfast/schemas'
import type { DeskWorkflow } from '../desk-workflow.ts'
import { analysisOf } from './analysis/analyse.ts'
import { createCountedRequests } from './analysis/counted-requests.ts'
import { getAnalysis } from './analysis/get-analysis.ts'
import { caseSumsOf } from './case-sums.ts'
import { childrenOf } from './children.ts'
import { startOrders } from './orders/start-orders.ts'

/** Payment stops at the desk: with the analysis, orders to institutions, the sums of cases and onward requests. */
export const paymentStopDesk: DeskWorkflow = {
  workflow: paymentStop,
  openTables: createCountedRequests,
  start(context, world, slots) {
    getAnalysis(context, world, analysisOf(world.views))
    return startOrders(context, world, slots)
  },
  caseSumsOf,
  childrenOf,
  detailsOfProposal: ({ beneficiaryCountry, amounts }: PaymentStopView) => ({ beneficiaryCountry, amounts }),
  parseOrder: order => parseWith(orderSchema, order),
  answers: { type: answerType, parse: data => parseWith(answerBodySchema, data) },
}
