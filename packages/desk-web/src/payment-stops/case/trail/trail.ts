import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'

/** Money that left the account of a request, and its known destination. */
export interface Onward {
  readonly country: string
  readonly amount: Money
  readonly standing: 'followed' | 'unknown' | 'childless' | 'declined' | 'waiting'
  /** The onward request, if the reader may see it. */
  readonly child?: TrailNode
}

export interface TrailNode {
  readonly request: PaymentStopView
  readonly onward: readonly Onward[]
}

/**
 * The requests of a case as trees. A request whose parent is not among them starts a tree. Moved money that no known
 * request follows is an end.
 */
export function trailOf(requests: readonly PaymentStopView[]): TrailNode[] {
  const byId = new Map(requests.map(request => [request.requestId, request]))
  const followed = new Set(requests.flatMap(({ movedOnward }) => movedOnward.flatMap(({ childRequestId }) => childRequestId ?? [])))
  const nodeOf = (request: PaymentStopView): TrailNode => ({
    request,
    onward: [
      ...request.movedOnward.map(moved => {
        const child = moved.childRequestId === undefined ? undefined : byId.get(moved.childRequestId)
        const standing = child
          ? 'followed'
          : moved.declined
            ? 'declined'
            : moved.childless
              ? 'childless'
              : moved.childRequestId
                ? 'unknown'
                : 'waiting'
        return { country: moved.country, amount: moved.amount, standing, ...(child ? { child: nodeOf(child) } : {}) } as const
      }),
      // A child that was sent by hand is in no report of its parent.
      ...requests
        .filter(({ requestId, parent }) => parent?.requestId === request.requestId && !followed.has(requestId))
        .flatMap(child => {
          const { requested: amount } = child.amounts
          return amount ? [{ country: child.beneficiaryCountry, amount, standing: 'followed' as const, child: nodeOf(child) }] : []
        }),
    ],
  })
  return requests.filter(({ parent }) => !parent || !byId.has(parent.requestId)).map(nodeOf)
}
