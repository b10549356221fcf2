import type { Money } from '@holdfast/payment-stop/language'
import { heldMinorOf, moneyOf, statesOf } from '@holdfast/payment-stop/lifecycle'
import type { ModelState } from '../model-state.ts'
import { asked, standingRequest } from './before-the-order.ts'
import { answer, type Move } from './move.ts'
import { child, nextCountry, onward } from './onward.ts'

const usd = (value: string): Money => ({ currency: 'USD', value })

const hourMs = 3_600_000

/** The reportable amounts and the lengths of their holds: no two ends or warnings coincide. */
const amounts = [
  { words: '4.00', hours: 2, of: () => usd('4.00'), isNamed: true },
  { words: 'all that is left', hours: 3, of: leftOf, isNamed: false },
] as const

function leftOf({ state: { context } }: ModelState): Money | undefined {
  const { heldMinor, movedMinor, recoveredMinor, chargesMinor } = context.sums
  const { requestedMinor } = context.document
  const found = [heldMinor, movedMinor, recoveredMinor, chargesMinor].reduce((sum, part) => sum + Number(part), 0)
  const left = Number(requestedMinor) - found
  // After twice 4.00 the small rest would add no case.
  return left >= 600 ? moneyOf('USD', String(left)) : undefined
}

/** The bank's answers to an order. */
export const answers: readonly Move[] = [
  answer('the bank acknowledges the order', 'acknowledged', () => ({
    details: {},
    // The machine does not depend on the id of the order.
    body: { type: 'OrderAcknowledged', data: { orderId: standingRequest } },
  })),
  ...amounts.map(({ words, hours, of }) =>
    answer(`the bank holds ${words} for ${hours} h`, 'frozen', standing => {
      const amount = of(standing)
      const expiresAt = new Date(standing.now.getTime() + hours * hourMs).toISOString()
      const details = amount && ({ amount, basis: 'VOLUNTARY', expiresAt } as const)
      return details && { details, body: { type: 'FreezeReported', data: details } }
    }),
  ),
  ...amounts.map(({ words, of, isNamed }) =>
    answer(`${words} has moved onward`, 'movedOnward', standing => {
      const amount = of(standing)
      const details = amount && { amount, country: nextCountry, ...(isNamed ? { onward } : {}) }
      const follows = isNamed ? { proposed: child } : { childless: 'NO_PARTICULARS' as const }
      return details && { details, body: { type: 'MovedOnwardReported', data: { ...details, ...follows } } }
    }),
  ),
  answer('the bank finds no money', 'noFunds', () => {
    const details = { reason: 'AM04' } as const
    return { details, body: { type: 'NoFundsReported', data: details } }
  }),
  answer('the bank does not find the account', 'notFound', ({ state: { context } }) => {
    // The ledger refuses it where money is or was frozen; the machine accepts it, as in older histories.
    const isFound = Number(heldMinorOf(context)) + Number(context.sums.recoveredMinor) > 0
    const details = { reason: 'AC04' } as const
    return isFound ? undefined : { details, body: { type: 'NotFoundReported', data: details } }
  }),
  answer('the bank takes back its last hold', 'corrected', ({ state }) => {
    const { holds } = state.context
    const hold = holds.at(-1)
    // The ledger refuses it where later facts depend on the hold; the machine checks the hold only.
    const isFree = statesOf({ state }).includes('frozen.recovery.idle') && statesOf({ state }).includes('frozen.mandate.provisional')
    if (!hold || !isFree || hold.extendedTimes > 0) return undefined
    const details = { corrects: 'frozen', reason: 'It was the account of a kingfisher' } as const
    return {
      details,
      body: { type: 'AnswerCorrected', data: { ...details, report: hold.report, amount: moneyOf('USD', hold.amountMinor) } },
    }
  }),
  answer('the bank takes back its last report of money that moved onward', 'corrected', ({ state: { context } }) => {
    const moved = context.movedOnward.at(-1)
    if (!moved || moved.childRequestId !== null) return undefined
    const details = { corrects: 'movedOnward', reason: 'It was the payment of a kingfisher' } as const
    const amount = moneyOf('USD', moved.amountMinor)
    return { details, body: { type: 'AnswerCorrected', data: { ...details, report: moved.report, amount } } }
  }),
  answer('the bank takes back that there is no more', 'corrected', ({ state: { context } }) => {
    if (!context.shortfall) return undefined
    const details = { corrects: 'noFunds', reason: 'There is a second account' } as const
    return { details, body: { type: 'AnswerCorrected', data: { ...details, report: context.shortfall.report } } }
  }),
  ...(['RQDA', 'NOAS'] as const).map(reason =>
    answer(`the bank says ${reason} for now`, 'interim', () => ({
      details: { reason },
      body: { type: 'InterimReported', data: { reason } },
    })),
  ),
  answer('the bank asks', 'question', () => ({ details: asked, body: { type: 'InformationRequested', data: asked } })),
  answer('a part of what is held comes back', 'returned', ({ state: { context } }) => {
    // Two returns from one hold are enough.
    const few = Number(context.sums.recoveredMinor) < 200 && context.holds.length === 1
    const details = { amount: usd('1.00'), reference: 'PACS004' }
    return few ? { details, body: { type: 'ReturnReported', data: details } } : undefined
  }),
  answer('all that is held comes back, less charges', 'returned', ({ state: { context } }) => {
    const amountMinor = Number(heldMinorOf(context)) - 50
    if (amountMinor <= 0) return undefined
    const details = { amount: moneyOf('USD', String(amountMinor)), charges: usd('0.50'), reference: 'PACS004' }
    return { details, body: { type: 'ReturnReported', data: details } }
  }),
]
