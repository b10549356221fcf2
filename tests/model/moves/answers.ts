import { heldMinorOf, moneyOf } from '@holdfast/lifecycle'
import type { Money } from '@holdfast/schemas'
import type { Standing } from '../standing.ts'
import { asked, standingRequest } from './before-the-order.ts'
import { answer, type Move } from './move.ts'
import { child, nextCountry, onward } from './onward.ts'

const usd = (value: string): Money => ({ currency: 'USD', value })

const hourMs = 3_600_000

/** What can be reported, and how long the bank holds it: no two ends or warnings fall together. */
const amounts = [
  { words: '4.00', hours: 2, of: () => usd('4.00'), isNamed: true },
  { words: 'all that is left', hours: 3, of: leftOf, isNamed: false },
] as const

function leftOf({ state: { context } }: Standing): Money | undefined {
  const { holds, movedOnward, recoveredMinor, chargesMinor } = context
  const { requestedMinor } = context.document
  const found = [...holds, ...movedOnward].map(({ amountMinor }) => Number(amountMinor))
  const left = Number(requestedMinor) - [...found, Number(recoveredMinor), Number(chargesMinor)].reduce((sum, part) => sum + part, 0)
  // After twice 4.00 the small rest would show nothing new.
  return left >= 600 ? moneyOf('USD', String(left)) : undefined
}

/** What the bank answers to an order. */
export const answers: readonly Move[] = [
  answer('the bank acknowledges the order', 'acknowledged', () => ({
    details: {},
    // The id of the order is no matter to the machine.
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
  answer('the bank does not find the account', 'notFound', () => {
    const details = { reason: 'AC04' } as const
    return { details, body: { type: 'NotFoundReported', data: details } }
  }),
  ...(['RQDA', 'NOAS'] as const).map(reason =>
    answer(`the bank says ${reason} for now`, 'interim', () => ({
      details: { reason },
      body: { type: 'InterimReported', data: { reason } },
    })),
  ),
  answer('the bank asks', 'question', () => ({ details: asked, body: { type: 'InformationRequested', data: asked } })),
  answer('a part of what is held comes back', 'returned', ({ state: { context } }) => {
    // Twice from one hold is enough to see.
    const few = Number(context.recoveredMinor) < 200 && context.holds.length === 1
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
