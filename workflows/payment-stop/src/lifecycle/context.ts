import type * as core from '@holdfast/core'
import type { Encryptable } from '@holdfast/schemas'
import {
  type ChildlessReason,
  type Deadline,
  type DualApprovalCommand,
  destinationIn,
  type FactBody,
  type FreezeBasis,
  type FreezeRequest,
  requestedMoneyOf,
} from '../language/index.ts'
import { addMinor, exceeds, type Minor, minorOf, nothing, subtractMinor } from './amounts.ts'

/** A reported hold, less what was returned. Without `expiresAt` it has no end of its own. */
export interface Hold {
  readonly amountMinor: Minor
  readonly basis: FreezeBasis
  readonly from: string
  readonly expiresAt: string | null
  readonly extendedTimes: number
  /** The sequence of the fact that reported it. */
  readonly report: number
}

/** Money that left the account before a hold. */
export interface Moved {
  readonly amountMinor: Minor
  readonly country: string
  /** The sequence of the fact that reported it. */
  readonly report: number
  /** The BIC of the reporting institution. A reopened request may have another one. */
  readonly institution: string
  /** The onward request. */
  readonly childRequestId: string | null
  /** Whether a standing policy opened it, without an officer. */
  readonly byPolicy: boolean
  readonly childless: ChildlessReason | null
  /** The onward request that awaits the approval of the requesting country. */
  readonly proposed: ProposedChild | null
}

/** An onward request that awaits the decision of the requesting country. */
export interface ProposedChild {
  readonly requestId: string
  /** The accounts that the money left and reached, as digests (V26). */
  readonly from: string
  readonly to: string
  /** The requesting country declined, which it can reverse. */
  readonly declined: boolean
}

/** An open proposal (V17). */
export interface ProposedAction extends core.ProposedAction {
  readonly command: DualApprovalCommand
}

/** The parts of the document that decisions need. None names a person or an account. */
interface Documented {
  readonly caseReference: string
  readonly currency: string
  /** Null while the requested amount is invalid (V05); such a request cannot be verified or frozen. */
  readonly requestedMinor: Minor | null
  readonly executedAt: string
  readonly deniedTo: readonly string[]
  readonly parentRequestId: string | null
  readonly hop: number
  /** The account of the request, as a digest (V26). */
  readonly place: string
  /** The BIC of the institution that holds the account and receives the orders. */
  readonly institution: string
}

/**
 * The statechart's data in addition to its state. Members that change together are grouped, also for speed: each action
 * copies the context, and V8 copies an object of up to 18 properties ten times as fast as one of 20 or more.
 */
export interface RequestContext {
  readonly document: Documented
  /** The countries are set when the request is opened, and never change. */
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  /** The earlier accounts of the money, oldest first. */
  readonly ancestors: readonly string[]
  readonly revision: number
  readonly holds: readonly Hold[]
  readonly movedOnward: readonly Moved[]
  readonly sums: Sums
  /** The institution reported that no more money is there. */
  readonly shortfall: Shortfall | null
  /**
   * The number of officers that the document needs, and who proposed its verification. Another person has to approve it
   * (V17).
   */
  readonly review: Review
  readonly proposals: readonly ProposedAction[]
  /** The open challenge of the freeze by the account holder. */
  readonly challenge: Challenge | null
  /** The state in which the open question was asked, to which the answer returns. */
  readonly askedIn: 'assessing' | 'awaitingReview' | 'ordering' | 'ordered' | null
  /** Running deadlines other than the ends of holds. */
  readonly deadlines: readonly Deadline[]
  readonly reached: Reached
  readonly end: End
}

/** When the request first reached each step. */
interface Reached {
  readonly verifiedAt: string | null
  /** Each reported hold that was not corrected, oldest first. */
  readonly holds: readonly { readonly report: number; readonly at: string }[]
}

/** The sums of all reports. Part of the state, so that a decision on a long history need not add them up. */
interface Sums {
  /** The amount on hold. */
  readonly heldMinor: Minor
  /** Reported as moved onward, with or without an onward request. */
  readonly movedMinor: Minor
  readonly recoveredMinor: Minor
  readonly chargesMinor: Minor
  /** The part whose hold ended without a return. */
  readonly releasedMinor: Minor
}

interface Shortfall {
  readonly reason: string
  /** The sequence of the fact that reported it. */
  readonly report: number
}

/** A challenge that awaits its decision. */
interface Challenge {
  readonly lodgedAt: string
  /** The sequence of the fact that lodged it. */
  readonly sequence: number
}

interface Review {
  readonly officers: 1 | 2
  readonly proposedBy: string | null
  /** What proves the proposer; null without proof. */
  readonly proof: string | null
  /** The sequence of the fact with the document under assessment. Assessments of an earlier document are late. */
  readonly ofFact: number
}

/** How a request ended; all null while it is open. */
interface End {
  readonly at: string | null
  /** The code of the end, if it has one. */
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
  challenge: null,
  askedIn: null,
  deadlines: [],
  reached: { verifiedAt: null, holds: [] },
  end: { at: null, reason: null, rejectionCode: null, standingRequestId: null },
}

/** @param data the data with the document. If it is encrypted, a blind index identifies the account. */
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

/** The amount on hold. */
export const heldMinorOf = ({ sums }: Summed): Minor => sums.heldMinor
/** What returns took out of the holds: the money and its charges. */
export const settledMinorOf = ({ sums: { recoveredMinor, chargesMinor } }: Summed): Minor => addMinor(recoveredMinor, chargesMinor)
/** On hold, or returned. */
export const frozenMinorOf = (context: Summed): Minor => addMinor(heldMinorOf(context), settledMinorOf(context))
/** Reported as moved onward, with or without an onward request. */
export const movedMinorOf = ({ sums }: Summed): Minor => sums.movedMinor
/** The part of the requested amount that was found: frozen or moved onward. */
export const accountedMinorOf = (context: Summed): Minor => addMinor(frozenMinorOf(context), movedMinorOf(context))

/** The holds after a change, without warnings of ends that no hold has any more. */
export function withHolds({ deadlines }: Pick<RequestContext, 'deadlines'>, holds: readonly Hold[]) {
  const ends = new Set<string | null | undefined>(holds.map(({ expiresAt }) => expiresAt))
  return { holds, deadlines: deadlines.filter(({ kind, about }) => kind !== 'holdWarning' || ends.has(about)) }
}

/** Expires the holds that end at an instant, and releases their rest. */
export function expireHolds(context: RequestContext, dueAt: string) {
  const expired = context.holds.filter(hold => hold.expiresAt === dueAt)
  const left = context.holds.filter(hold => hold.expiresAt !== dueAt)
  const expiredMinor = expired.reduce((sum, hold) => addMinor(sum, hold.amountMinor), nothing)
  return { ...withHolds(context, left), sums: releasedOf(context, expiredMinor) }
}

/** Releases everything that is on hold. */
export const releaseAll = (context: RequestContext) => ({ ...withHolds(context, []), sums: releasedOf(context, heldMinorOf(context)) })

const releasedOf = ({ sums }: Summed, amountMinor: Minor): Sums => ({
  ...sums,
  heldMinor: subtractMinor(sums.heldMinor, amountMinor),
  releasedMinor: addMinor(sums.releasedMinor, amountMinor),
})

/** Takes a return out of the holds, oldest first. The caller has checked that it does not exceed them. */
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

/**
 * Whether a new document fits the history: its amount covers what was found so far, in the same currency, also if it
 * was released since.
 */
export function fitsHistory(context: RequestContext, request: FreezeRequest): boolean {
  const accounted = accountedMinorOf(context)
  if (addMinor(accounted, context.sums.releasedMinor) === nothing) return true
  const requested = requestedMoneyOf(request)
  const requestedMinor = minorOf(requested)
  return requested.currency === context.document.currency && requestedMinor !== undefined && !exceeds(accounted, requestedMinor)
}

/**
 * Whether the data of an ended request is still retained (V30). After the retention period or an erasure order its keys
 * are destroyed, and it accepts no more commands.
 */
export const isRetained = ({ deadlines }: { readonly deadlines: readonly Pick<Deadline, 'kind'>[] }): boolean =>
  deadlines.some(({ kind }) => kind === 'retention')
