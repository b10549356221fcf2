import {
  type ChildlessReason,
  type Deadline,
  type DualApprovalCommand,
  destinationIn,
  type Encryptable,
  type FactBody,
  type FreezeBasis,
  type FreezeRequest,
  requestedMoneyOf,
} from '@holdfast/schemas'
import { addMinor, exceeds, type Minor, minorOf, nothing, subtractMinor } from './amounts.ts'

/** One report of money held, less what of it has come back. Without `expiresAt` it has no end of its own. */
export interface Hold {
  readonly amountMinor: Minor
  readonly basis: FreezeBasis
  readonly from: string
  readonly expiresAt: string | null
  readonly extendedTimes: number
  /** The sequence of the fact that reported it. */
  readonly report: number
}

/** Money that left the account before it could be held. */
export interface Moved {
  readonly amountMinor: Minor
  readonly country: string
  /** The sequence of the fact that reported it. */
  readonly report: number
  /** The BIC of the institution that reported it: a reopened request may have another. */
  readonly institution: string
  /** What follows it. */
  readonly childRequestId: string | null
  /** Whether that was opened without an officer's word. */
  readonly byPolicy: boolean
  readonly childless: ChildlessReason | null
  /** What is to follow it once its requester agrees. */
  readonly proposed: ProposedChild | null
}

/** A child request that waits for its requester's word. */
export interface ProposedChild {
  readonly requestId: string
  /** The accounts that the money left and came to, as digests (V26). */
  readonly from: string
  readonly to: string
  /** The requester has said no, which it can take back. */
  readonly declined: boolean
}

/** What one of two persons has said (V17). */
export interface ProposedAction {
  readonly command: DualApprovalCommand
  /** Of command and data, by which the second is known to say the same. */
  readonly digest: string
  readonly actor: string
  /** What proves who that is; null where nothing does. */
  readonly proof: string | null
  readonly sequence: number
}

/** What the document says that the lifecycle needs: nothing that names a person or an account. */
interface Documented {
  readonly caseReference: string
  readonly currency: string
  /** Null while the request's amount is not usable (V05); nothing can be verified or frozen then. */
  readonly requestedMinor: Minor | null
  readonly executedAt: string
  readonly deniedTo: readonly string[]
  readonly parentRequestId: string | null
  readonly hop: number
  /** The account it is about, as a digest (V26). */
  readonly place: string
  /** The BIC of the institution that has the account, and gets the orders. */
  readonly institution: string
}

/**
 * What the statechart knows of a request beside its state: enough to decide. What changes together stands together, and not only for the reader: each action of a
 * transition copies the context, and V8 copies an object of up to 18 properties ten times as fast as one of 20 or more.
 */
export interface RequestContext {
  readonly document: Documented
  /** Countries are set at opening and never change. */
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  /** Where the money was before this request, oldest first. */
  readonly ancestors: readonly string[]
  readonly revision: number
  readonly holds: readonly Hold[]
  readonly movedOnward: readonly Moved[]
  readonly sums: Sums
  /** That no more than this is here, where the institution said so. */
  readonly shortfall: Shortfall | null
  /** How many officers the document needs, and who of two has proposed its verification: another person has to approve it (V17). */
  readonly review: Review
  readonly proposals: readonly ProposedAction[]
  /** Where the open question was asked: the answer leads back there. */
  readonly askedIn: 'assessing' | 'awaitingReview' | 'ordering' | 'ordered' | null
  /** What is armed beside the ends of the holds. */
  readonly deadlines: readonly Deadline[]
  readonly reached: Reached
  readonly end: End
}

/** When it first came so far. */
interface Reached {
  readonly verifiedAt: string | null
  /** Each report of a hold that was not corrected, oldest first. */
  readonly holds: readonly { readonly report: number; readonly at: string }[]
}

/** What the reports add up to. Part of the state, so that a decision on a long history does not add up every report. */
interface Sums {
  /** What is held now. */
  readonly heldMinor: Minor
  /** What was reported to have moved onward, followed or not. */
  readonly movedMinor: Minor
  readonly recoveredMinor: Minor
  readonly chargesMinor: Minor
  /** What was held and let go without coming back. */
  readonly releasedMinor: Minor
}

interface Shortfall {
  readonly reason: string
  /** The sequence of the fact that reported it. */
  readonly report: number
}

interface Review {
  readonly officers: 1 | 2
  readonly proposedBy: string | null
  /** What proves who that is; null where nothing does. */
  readonly proof: string | null
  /** The sequence of the fact that brought the document, or the request, to be assessed: verdicts on an earlier one are late. */
  readonly ofFact: number
}

/** How a request ended; all null of one that has not. */
interface End {
  readonly at: string | null
  /** The code with which it ended, where the end has one. */
  readonly reason: string | null
  readonly rejectionCode: FactBody<'RequestRejected'>['code'] | null
  readonly standingRequestId: string | null
}

export const emptyContext: RequestContext = {
  document: {
    caseReference: '',
    currency: '',
    requestedMinor: null,
    executedAt: '',
    deniedTo: [],
    parentRequestId: null,
    hop: 0,
    place: '',
    institution: '',
  },
  requestingCountry: '',
  beneficiaryCountry: '',
  ancestors: [],
  revision: 1,
  holds: [],
  movedOnward: [],
  sums: { heldMinor: nothing, movedMinor: nothing, recoveredMinor: nothing, chargesMinor: nothing, releasedMinor: nothing },
  shortfall: null,
  review: { officers: 2, proposedBy: null, proof: null, ofFact: 0 },
  proposals: [],
  askedIn: null,
  deadlines: [],
  reached: { verifiedAt: null, holds: [] },
  end: { at: null, reason: null, rejectionCode: null, standingRequestId: null },
}

/** @param data what carries the document: where it is sealed its place is known by a mark. */
export function documented(request: FreezeRequest, data: Encryptable): Documented {
  const requested = requestedMoneyOf(request)
  return {
    caseReference: request.caseReference,
    currency: requested.currency,
    requestedMinor: minorOf(requested) ?? null,
    executedAt: request.payment.executedAt,
    deniedTo: request.handling.deniedTo ?? [],
    parentRequestId: request.parent?.requestId ?? null,
    hop: request.parent?.hop ?? 0,
    place: destinationIn(request, data),
    institution: request.payment.creditorAgent.bic,
  }
}

type Summed = Pick<RequestContext, 'sums'>

/** What is held now. */
export const heldMinorOf = ({ sums }: Summed): Minor => sums.heldMinor
/** What has left the holds by a return: the money and what sending it cost. */
export const settledMinorOf = ({ sums: { recoveredMinor, chargesMinor } }: Summed): Minor => addMinor(recoveredMinor, chargesMinor)
/** Held now, or come back. */
export const frozenMinorOf = (context: Summed): Minor => addMinor(heldMinorOf(context), settledMinorOf(context))
/** What was reported to have moved onward, followed or not. */
export const movedMinorOf = ({ sums }: Summed): Minor => sums.movedMinor
/** What of the requested amount has been found here, held or gone. */
export const accountedMinorOf = (context: Summed): Minor => addMinor(frozenMinorOf(context), movedMinorOf(context))

/** The holds after a change, without the warnings of ends that no hold has any more. */
export function withHolds({ deadlines }: Pick<RequestContext, 'deadlines'>, holds: readonly Hold[]) {
  const ends = new Set<string | null | undefined>(holds.map(({ expiresAt }) => expiresAt))
  return { holds, deadlines: deadlines.filter(({ kind, about }) => kind !== 'holdWarning' || ends.has(about)) }
}

/** The holds that end at an instant lapse: what is left of them is let go. */
export function expireHolds(context: RequestContext, dueAt: string) {
  const lapsed = context.holds.filter(hold => hold.expiresAt === dueAt)
  const left = context.holds.filter(hold => hold.expiresAt !== dueAt)
  const lapsedMinor = lapsed.reduce((sum, hold) => addMinor(sum, hold.amountMinor), nothing)
  return { ...withHolds(context, left), sums: releasedOf(context, lapsedMinor) }
}

/** All that is still held is let go. */
export const releaseAll = (context: RequestContext) => ({ ...withHolds(context, []), sums: releasedOf(context, heldMinorOf(context)) })

const releasedOf = ({ sums }: Summed, amountMinor: Minor): Sums => ({
  ...sums,
  heldMinor: subtractMinor(sums.heldMinor, amountMinor),
  releasedMinor: addMinor(sums.releasedMinor, amountMinor),
})

/** Money that comes back is taken from the oldest hold first. The caller has made sure that it does not exceed what is held. */
export function settle(holds: readonly Hold[], amountMinor: Minor): Hold[] {
  let left = amountMinor
  const after: Hold[] = []
  for (const hold of holds) {
    const taken = exceeds(left, hold.amountMinor) ? hold.amountMinor : left
    left = subtractMinor(left, taken)
    const rest = subtractMinor(hold.amountMinor, taken)
    if (rest !== nothing) after.push({ ...hold, amountMinor: rest })
  }
  return after
}

/** Another document fits what has happened: its amount covers what was found already, in the same currency, in which what was let go is counted too. */
export function fitsHistory(context: RequestContext, request: FreezeRequest): boolean {
  const accounted = accountedMinorOf(context)
  if (addMinor(accounted, context.sums.releasedMinor) === nothing) return true
  const requested = requestedMoneyOf(request)
  const requestedMinor = minorOf(requested)
  return requested.currency === context.document.currency && requestedMinor !== undefined && !exceeds(accounted, requestedMinor)
}

/**
 * Whether what was said of a request that has ended may still be kept (V30): its retention runs. Once that is over, or its erasure is ordered, its words are being destroyed, and nobody says anything of it any more.
 */
export const isRetained = ({ deadlines }: Pick<RequestContext, 'deadlines'>): boolean => deadlines.some(({ kind }) => kind === 'retention')
