import type { ChildView, MovedOnward, PaymentStopView } from '@holdfast/payment-stop/language'
import type { RequestProjection } from '../projection/request-projection.ts'

/**
 * The engine opens one child per report of moved money that its requester approves. More than this many sent by hand
 * under one request would be a loop.
 */
const byHandMax = 100

/**
 * The onward requests of a request: first those from reports of its institution, oldest first, then those sent by hand.
 * Only a party sees the state of a child (V16). A child that was sent by hand is invisible to others, because no fact
 * of this request names it.
 */
export function childrenOf(views: Pick<RequestProjection, 'find' | 'list'>, parent: PaymentStopView, country: string): ChildView[] {
  const reported = new Set(parent.movedOnward.map(({ childRequestId }) => childRequestId))
  const { views: listed } = views.list({ country, parent: parent.requestId, requestingCountry: parent.requestingCountry, limit: byHandMax })
  const byHand = listed.map(text => JSON.parse(text) as PaymentStopView).filter(({ requestId }) => !reported.has(requestId))
  return [
    ...parent.movedOnward.map(moved =>
      reportedChild(moved, moved.childRequestId && views.find<PaymentStopView>(moved.childRequestId, country)),
    ),
    ...byHand.reverse().map(sentByHand),
  ]
}

const reportedChild = ({ childRequestId, ...moved }: MovedOnward, child: PaymentStopView | '' | undefined): ChildView => ({
  ...(childRequestId ? { requestId: childRequestId } : {}),
  ...moved,
  ...(child ? standingOf(child) : {}),
})

const sentByHand = (child: PaymentStopView): ChildView => ({
  requestId: child.requestId,
  country: child.beneficiaryCountry,
  ...(child.amounts.requested ? { amount: child.amounts.requested } : {}),
  ...standingOf(child),
})

const standingOf = ({ phase, states, amounts }: PaymentStopView) => ({ phase, states, amounts })
