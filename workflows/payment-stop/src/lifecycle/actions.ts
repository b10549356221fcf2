import { memberRolePrefixOf } from '@holdfast/schemas'
import { assign as assignAnything } from 'xstate'
import type { DeadlineKind } from '../language/index.ts'
import { addMinor, nothing, subtractMinor } from './amounts.ts'
import { documented, emptyContext, expireHolds, type RequestContext, releaseAll, settle, withHolds } from './context.ts'
import { correctedHold, correctedMoved } from './corrected.ts'
import { amountOf, asEvent, isSame, isThe, reportedMinor, returnedMinor, type StatechartEvent } from './event.ts'
import { decided, movedBy } from './moved.ts'
import { isSecondApprover } from './proposal.ts'

/** Typed for the statechart of requests. */
const assign = assignAnything<RequestContext, StatechartEvent, undefined, StatechartEvent, never>

/**
 * The most open proposals of one member role. The oldest is dropped, so that one member role cannot displace proposals
 * of another.
 */
const proposalsMax = 8

const without = (context: RequestContext, ...kinds: readonly DeadlineKind[]) =>
  context.deadlines.filter(({ kind }) => !kinds.includes(kind))

/** The deadlines that a fact starts. */
const armedBy = (event: StatechartEvent) => (event.data as { deadlines?: RequestContext['deadlines'] }).deadlines ?? []

/** How a transition of the statechart changes the context. */
export const actions = {
  open: assign(({ event }) => {
    const { data } = asEvent<'RequestOpened'>(event)
    const { request, lineage = [] } = data
    const { requestingCountry, beneficiaryCountry } = request
    return { document: documented(request, data), requestingCountry, beneficiaryCountry, ancestors: lineage }
  }),
  reopen: assign(({ context, event }) => {
    const { data } = asEvent<'RequestReopened'>(event)
    return {
      ...(data.request ? { document: documented(data.request, data) } : {}),
      revision: context.revision + 1,
      review: emptyContext.review,
      shortfall: null,
      end: emptyContext.end,
    }
  }),
  takeDocument: assign(({ event }) => {
    const { data } = asEvent<'InformationProvided'>(event)
    // The number of officers applied to the previous document.
    return data.request ? { document: documented(data.request, data), review: emptyContext.review } : {}
  }),
  noteWhatIsAssessed: assign({ review: ({ context, event }) => ({ ...context.review, ofFact: event.sequence }) }),
  noteOfficers: assign({
    review: ({ context, event }) => ({ ...context.review, officers: asEvent<'ReviewRequested'>(event).data.officers === 1 ? 1 : 2 }),
  }),
  noteVerificationProposal: assign({
    review: ({ context, event }) => ({ ...context.review, proposedBy: event.actor, proof: event.proof ?? null }),
  }),
  forgetVerificationProposal: assign({ review: ({ context }) => ({ ...context.review, proposedBy: null, proof: null }) }),
  noteProposal: assign(({ context, event }) => {
    const { command, proposalDigest: digest } = asEvent<'ActionProposed'>(event).data
    const proposal = { command, digest, actor: event.actor, proof: event.proof ?? null, sequence: event.sequence }
    const ofThisSide = context.proposals.filter(({ actor }) => memberRolePrefixOf(actor) === memberRolePrefixOf(event.actor))
    const displaced = ofThisSide.length < proposalsMax ? undefined : ofThisSide[0]
    return { proposals: [...context.proposals.filter(known => known !== displaced), proposal] }
  }),
  askedInAssessing: assign({ askedIn: 'assessing' }),
  askedInReview: assign({ askedIn: 'awaitingReview' }),
  askedInOrdering: assign({ askedIn: 'ordering' }),
  askedInOrdered: assign({ askedIn: 'ordered' }),
  noteRejection: assign(({ context, event }) => {
    const { code } = asEvent<'RequestRejected'>(event).data
    return { end: { ...context.end, rejectionCode: code, reason: code } }
  }),
  noteStanding: assign({
    end: ({ context, event }) => ({ ...context.end, standingRequestId: asEvent<'DuplicateDetected'>(event).data.standingRequestId }),
  }),
  noteReason: assign({ end: ({ context, event }) => ({ ...context.end, reason: (event.data as { reason: string }).reason }) }),
  noteShortfall: assign({ shortfall: ({ event }) => ({ reason: (event.data as { reason: string }).reason, report: event.sequence }) }),
  forgetShortfall: assign({ shortfall: null }),
  addHold: assign(({ context, event }) => {
    const { basis, expiresAt } = asEvent<'FreezeReported'>(event).data
    const hold = { amountMinor: reportedMinor(event), basis, from: event.time, expiresAt, extendedTimes: 0, report: event.sequence }
    // A further hold withdraws the report that there was no more money.
    return {
      holds: [...context.holds, hold],
      sums: { ...context.sums, heldMinor: addMinor(context.sums.heldMinor, hold.amountMinor) },
      reached: { ...context.reached, holds: [...context.reached.holds, { report: event.sequence, at: event.time }] },
      shortfall: null,
    }
  }),
  undoHold: assign(({ context, event }) => {
    const hold = correctedHold(context, event)
    return {
      ...withHolds(
        context,
        context.holds.filter(each => each !== hold),
      ),
      sums: { ...context.sums, heldMinor: subtractMinor(context.sums.heldMinor, hold?.amountMinor ?? nothing) },
      reached: { ...context.reached, holds: context.reached.holds.filter(({ report }) => report !== hold?.report) },
    }
  }),
  undoMoved: assign(({ context, event }) => {
    const moved = correctedMoved(context, event)
    return {
      movedOnward: context.movedOnward.filter(each => each !== moved),
      sums: { ...context.sums, movedMinor: subtractMinor(context.sums.movedMinor, moved?.amountMinor ?? nothing) },
    }
  }),
  noteMoved: assign(({ context, event }) => {
    const moved = movedBy(asEvent<'MovedOnwardReported'>(event), context)
    return {
      movedOnward: [...context.movedOnward, moved],
      sums: { ...context.sums, movedMinor: addMinor(context.sums.movedMinor, moved.amountMinor) },
    }
  }),
  noteFollowed: assign(({ context, event }) => {
    const { report, child } = asEvent<'OnwardFollowed'>(event).data
    return { movedOnward: decided(context, report, () => ({ childRequestId: child.requestId, proposed: null })) }
  }),
  noteDeclined: assign(({ context, event }) => {
    const { report } = asEvent<'OnwardDeclined'>(event).data
    return { movedOnward: decided(context, report, proposed => ({ proposed: { ...proposed, declined: true } })) }
  }),
  confirmHolds: assign(({ context, event }) => {
    const { expiresAt = null } = asEvent<'FreezeConfirmed'>(event).data
    return withHolds(
      context,
      // A hold without an end keeps none when others are confirmed later.
      context.holds.map(hold => (hold.expiresAt === null ? hold : { ...hold, expiresAt })),
    )
  }),
  extendHolds: assign(({ context, event }) => {
    const ends = new Map(asEvent<'FreezeExtended'>(event).data.extended.map(({ hold, expiresAt }) => [hold, expiresAt]))
    return withHolds(
      context,
      context.holds.map((hold, index) => {
        const expiresAt = ends.get(index)
        return expiresAt === undefined ? hold : { ...hold, expiresAt, extendedTimes: hold.extendedTimes + 1 }
      }),
    )
  }),
  // The consent, indemnity or order now covers the hold, which must not expire while the money is being returned.
  holdUntilReturned: assign(({ context }) => ({
    ...withHolds(
      context,
      context.holds.map(hold => ({ ...hold, expiresAt: null })),
    ),
  })),
  expireHolds: assign(({ context, event }) => expireHolds(context, asEvent<'HoldExpired'>(event).data.dueAt)),
  releaseAll: assign(({ context }) => releaseAll(context)),
  addReturn: assign(({ context, event }) => {
    const { amount, charges } = asEvent<'ReturnReported'>(event).data
    const { sums } = context
    return {
      ...withHolds(context, settle(context.holds, returnedMinor(event))),
      sums: {
        ...sums,
        heldMinor: subtractMinor(sums.heldMinor, returnedMinor(event)),
        recoveredMinor: addMinor(sums.recoveredMinor, amountOf(amount)),
        chargesMinor: addMinor(sums.chargesMinor, amountOf(charges)),
      },
    }
  }),
  // Two holds with the same end share a warning.
  arm: assign({
    deadlines: ({ context: { deadlines }, event }) => [
      ...deadlines,
      ...armedBy(event).filter(deadline => !deadlines.some(known => isSame(known, deadline))),
    ],
  }),
  disarmPassed: assign({ deadlines: ({ context, event }) => context.deadlines.filter(deadline => !isThe(event, deadline)) }),
  disarmAll: assign({ deadlines: [] }),
  disarmQuestion: assign({ deadlines: ({ context }) => without(context, 'informationReminder', 'informationDecision'), askedIn: null }),
  disarmAcknowledgement: assign({
    deadlines: ({ context }) => without(context, 'acknowledge', 'acknowledgeEscalation', 'interimAnswer'),
  }),
  // Any statement on an order shows that the institution has seen it.
  disarmInterim: assign({
    deadlines: ({ context, event }) =>
      without(
        context,
        'acknowledge',
        'acknowledgeEscalation',
        'interimAnswer',
        // A new request for the holder's consent, or the holder's answer.
        ...(['RQDA', 'ADAC', 'CUST', 'NOAS'].includes(asEvent<'InterimReported'>(event).data.reason) ? (['consentAnswer'] as const) : []),
      ),
  }),
  disarmConsent: assign({ deadlines: ({ context }) => without(context, 'consentAnswer') }),
  disarmReturn: assign({ deadlines: ({ context }) => without(context, 'returnPayment') }),
  // If only later holds are confirmed with an end, holds without one keep their review date.
  renewReview: assign({
    deadlines: ({ context, event }) =>
      asEvent<'FreezeConfirmed'>(event).data.expiresAt === undefined ? without(context, 'confirmedHoldReview') : context.deadlines,
  }),
  noteChallenge: assign({ challenge: ({ event }) => ({ lodgedAt: event.time, sequence: event.sequence }) }),
  forgetChallenge: assign({ challenge: null }),
  forgetProposals: assign({ proposals: [] }),
  forgetAgreed: assign({
    proposals: ({ context, event }) => {
      const agreed = context.proposals.find(proposal => isSecondApprover([proposal], event))
      return context.proposals.filter(({ command }) => command !== agreed?.command)
    },
  }),
  noteVerified: assign({
    reached: ({ context, event }) => ({ ...context.reached, verifiedAt: context.reached.verifiedAt ?? event.time }),
  }),
  noteEnd: assign({ end: ({ context, event }) => ({ ...context.end, at: event.time }) }),
}
