import type { Dispatching } from '@holdfast/core'
import type { FreezeRequest } from '../language/index.ts'
import type { RequestSummary } from '../lifecycle/request-summary.ts'
import { type KnownOfParked, notifications } from './notifications.ts'
import { onward } from './onward-requests.ts'
import { type OrderFrame, type OrderInstruction, orders } from './orders.ts'

/** What is sent because of the facts of a payment stop. */
export const dispatching: Dispatching<RequestSummary, FreezeRequest, OrderFrame, OrderInstruction, KnownOfParked> = {
  notifications,
  orders,
  onward,
}

export { type AgreedChild, agreedChildIn, childRequestOf, namesDestination, openingOf } from './onward-requests.ts'
export type { OrderFrame, RequestSummary }
