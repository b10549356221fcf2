import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'
import { sumOf } from '../money/money-parts.ts'

export interface Followed {
  readonly amount: Money
  readonly requests: number
}

/** The part of `movedOnward` that onward requests of the case follow: their own sums include it. One per currency. */
export function followedOf(requests: readonly PaymentStopView[]): readonly Followed[] {
  const known = new Set(requests.map(({ requestId }) => requestId))
  // Money that moved onward from an onward request is not counted again.
  const roots = requests.filter(({ parent }) => !parent || !known.has(parent.requestId))
  const followed = roots.flatMap(({ movedOnward }) =>
    movedOnward.filter(({ childRequestId }) => childRequestId && known.has(childRequestId)),
  )
  const currencies = [...new Set(followed.map(({ amount }) => amount.currency))]
  return currencies.flatMap(currency => {
    const within = followed.filter(({ amount }) => amount.currency === currency)
    const amount = sumOf(within.map(moved => moved.amount))
    return amount ? [{ amount, requests: new Set(within.map(({ childRequestId }) => childRequestId)).size }] : []
  })
}
