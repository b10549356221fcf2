import type { ChildView, MovedOnward, RequestView } from '@holdfast/schemas'
import type { RequestProjection } from '../projection/request-projection.ts'

/** The engine opens a child for each report of money that moved onward that its requester agrees to; more than this sent by hand under one request would be a sender in a loop. */
const byHandMax = 100

/**
 * What follows the money of a request elsewhere: what its institution reported, oldest first, then what its requester sent by hand. How a child stands is for a
 * country with a part in it (V16); one that was sent by hand is not even there for any other, as no fact of this request names it.
 */
export function childrenOf(views: Pick<RequestProjection, 'find' | 'list'>, parent: RequestView, country: string): ChildView[] {
  const reported = new Set(parent.movedOnward.map(({ childRequestId }) => childRequestId))
  const { views: listed } = views.list({ country, parent: parent.requestId, requestingCountry: parent.requestingCountry, limit: byHandMax })
  const byHand = listed.map(text => JSON.parse(text) as RequestView).filter(({ requestId }) => !reported.has(requestId))
  return [
    ...parent.movedOnward.map(moved => reportedChild(moved, moved.childRequestId && views.find(moved.childRequestId, country))),
    ...byHand.reverse().map(sentByHand),
  ]
}

const reportedChild = ({ childRequestId, ...moved }: MovedOnward, child: RequestView | '' | undefined): ChildView => ({
  ...(childRequestId ? { requestId: childRequestId } : {}),
  ...moved,
  ...(child ? standingOf(child) : {}),
})

const sentByHand = (child: RequestView): ChildView => ({
  requestId: child.requestId,
  country: child.beneficiaryCountry,
  ...(child.amounts.requested ? { amount: child.amounts.requested } : {}),
  ...standingOf(child),
})

const standingOf = ({ phase, states, amounts }: RequestView) => ({ phase, states, amounts })
