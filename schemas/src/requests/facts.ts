import { z } from 'zod'
import { actorSchema } from '../actors/actor.ts'
import { factEventSchema, unionByType } from '../cloud-event.ts'
import { childlessReasonSchema, countrySchema, instantSchema, requestIdSchema } from '../codes.ts'
import { type Encryptable, encryptedDataSchema } from '../encrypted/encrypted-data.ts'
import { type Signable, signedSchema } from '../encrypted/signed.ts'
import { positiveMoneySchema } from '../money.ts'
import { parseJson } from '../problems.ts'
import { accepted, type Result, refused } from '../result.ts'
import { textSchema } from '../texts/characters.ts'
import {
  commandBodies,
  dualApprovalCommands,
  informationBody,
  openBody,
  questionBody,
  rejectionBody,
  releaseBody,
  sequenceSchema,
  unrecoveredBody,
} from './commands.ts'
import { deadlineSchema } from './deadlines.ts'
import { findingsSchema } from './findings.ts'
import type { FreezeRequest } from './freeze-request.ts'
import { type ResultingState, resultingStateSchema } from './resulting-state.ts'
import { sharedUnitSchema } from './sharing.ts'

/** Deadlines that a fact starts, as absolute instants: a replay needs neither clock nor calendar. */
const arming = { deadlines: z.array(deadlineSchema).max(20).optional() }
/** The onward request of one report of money that moved onward. */
const childSchema = z.strictObject({ requestId: requestIdSchema, hop: z.int().min(1).max(9) })
/** Copied from the report, so that the decision on it can be read alone. */
const reported = { country: countrySchema, amount: positiveMoneySchema }
/** The proposer of a fact with dual approval (V17). */
const approval = { proposedBy: actorSchema }

/** The data of each fact. Most state in the past tense what a command requested. */
export const factBodies = {
  RequestOpened: openBody.extend(arming),
  RequestVerified: z.strictObject({
    findings: findingsSchema,
    note: textSchema(1, 500).optional(),
    proposedBy: actorSchema.optional(),
    ...arming,
  }),
  ReviewRequested: commandBodies.SendToReview,
  VerificationProposed: commandBodies.ProposeVerification,
  InformationRequested: questionBody.extend(arming),
  InformationProvided: informationBody,
  RequestRejected: rejectionBody.extend(arming),
  DuplicateDetected: z.strictObject({ standingRequestId: requestIdSchema, findings: findingsSchema, ...arming }),
  OrderAcknowledged: commandBodies.AcknowledgeOrder,
  /** The end of a hold is always known in a fact: from the institution or from the country's profile. */
  FreezeReported: commandBodies.ReportFreeze.extend({ expiresAt: instantSchema, ...arming }),
  NoFundsReported: commandBodies.ReportNoFunds.extend(arming),
  NotFoundReported: commandBodies.ReportNotFound.extend(arming),
  /**
   * The reaction to money that moved onward: an onward request under the requesting country's standing policy; a proposal
   * that the country approves or declines; or the reason why there can be none. Before standing policies existed, every
   * report opened an onward request at once.
   */
  MovedOnwardReported: commandBodies.ReportMovedOnward.extend({
    child: childSchema.optional(),
    standingPolicy: z.strictObject({ minimum: positiveMoneySchema, childrenMax: z.int().min(1) }).optional(),
    proposed: childSchema.optional(),
    childless: childlessReasonSchema.optional(),
    ...arming,
  }),
  OnwardFollowed: commandBodies.FollowOnward.extend({ ...reported, child: childSchema }),
  OnwardDeclined: commandBodies.DeclineOnward.extend(reported),
  InterimReported: commandBodies.ReportInterim.extend(arming),
  /** `report` is the number of the corrected fact; the amount is what it reported. */
  AnswerCorrected: commandBodies.CorrectAnswer.extend({ report: sequenceSchema, amount: positiveMoneySchema.optional(), ...arming }),
  FreezeConfirmed: commandBodies.ConfirmFreeze.extend({ ...approval, ...arming }),
  /** `hold` is the index of the hold before this fact, from 0. */
  FreezeExtended: commandBodies.ExtendFreeze.extend({
    extended: z
      .array(z.strictObject({ hold: z.int().min(0), expiresAt: instantSchema }))
      .min(1)
      .max(100),
    ...approval,
    ...arming,
  }),
  ReturnInitiated: commandBodies.InitiateReturn.extend({ ...approval, ...arming }),
  ReturnReported: commandBodies.ReportReturn.extend(arming),
  RequestWithdrawn: commandBodies.Withdraw.extend({ proposedBy: actorSchema.optional(), ...arming }),
  FreezeReleased: releaseBody.extend({ ...approval, ...arming }),
  ClosedUnrecovered: unrecoveredBody.extend({ ...approval, ...arming }),
  RequestReopened: commandBodies.Reopen.extend(arming),
  /** Changes no state. A later share with the same unit replaces this one. */
  RequestShared: commandBodies.ShareRequest,
  /** Changes no state. `with` is copied so that the fact can be read alone. */
  ShareWithdrawn: commandBodies.WithdrawShare.extend({ with: sharedUnitSchema }),
  /**
   * An officer or institution proposed a command. `words` is the SHA-256 of command and data (RFC 8785), which the
   * approval must match. Recorded facts have this member name.
   */
  ActionProposed: z.strictObject({
    command: z.enum(dualApprovalCommands),
    proposalDigest: z.string().regex(/^[a-f0-9]{64}$/),
    data: z.unknown(),
  }),
  HoldExpired: deadlineSchema.extend(arming),
  /** V30: the authority of an erasure is on record before the erasure. */
  ErasureOrdered: commandBodies.OrderErasure.extend(approval),
  /** Changes no state: the encrypted data of the request can no longer be read. */
  KeysDestroyed: commandBodies.RecordDestruction,
  /** Changes no state. */
  DestructionConfirmed: commandBodies.ConfirmDestruction,
  /** Another deadline was missed: a reminder, an escalation, or an unanswered question. */
  DeadlineReached: deadlineSchema.extend(arming),
  /** Changes no state: the order stands, and an officer has to deliver it in another way. */
  OrderUndelivered: commandBodies.ReportUndelivered,
} as const

export type FactKind = keyof typeof factBodies
export const factKinds = Object.keys(factBodies) as FactKind[]
export type FactBody<K extends FactKind> = z.output<(typeof factBodies)[K]>

const factTypePrefix = 'holdfast.fact.v1.'
export const factType = <K extends FactKind>(kind: K) => `${factTypePrefix}${kind}` as const
export const factKindOf = (fact: { readonly type: string }) => fact.type.slice(factTypePrefix.length) as FactKind

/** Common members of every fact. A plaintext fact is not encrypted, and most facts are not signed. */
const stated = { resultingState: resultingStateSchema, encrypted: encryptedDataSchema.optional(), signed: signedSchema.optional() }
const buildFactSchema = <K extends FactKind>(kind: K) => factEventSchema(factType(kind), factBodies[kind].extend(stated))
type FactEnvelope = Omit<z.output<ReturnType<typeof buildFactSchema<'RequestOpened'>>>, 'type' | 'data'>

/** A fact of `freeze.ledger`. */
export type FactOf<K extends FactKind> = FactEnvelope & {
  type: `holdfast.fact.v1.${K}`
  data: FactBody<K> & Encryptable & Signable & { readonly resultingState: ResultingState }
}
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind]

/** A fact before its hash is known. */
export type UnchainedFact = { [K in FactKind]: Omit<FactOf<K>, 'hash'> }[FactKind]

export const factSchema = unionByType(factKinds.map(buildFactSchema)).meta({ title: 'Fact', description: 'A record of freeze.ledger.' })

/** The `prevhash` of the first fact of every request. */
export const chainStart = '0'.repeat(64)

const knownFactTypes: ReadonlySet<string> = new Set(factKinds.map(factType))
const hashPattern = /^[a-f0-9]{64}$/

/**
 * A fact of a kind that this version does not know, written by a newer one. Its envelope and resulting state are read, its
 * body is not. With `critical: false` a consumer may ignore it. Otherwise a service that acts on the request has to wait
 * for a version that knows the kind.
 */
export interface UnknownFact extends Omit<FactEnvelope, 'critical'> {
  readonly type: string
  readonly critical?: boolean | undefined
  readonly data: { readonly resultingState: ResultingState }
}

export const isKnownFactType = (type: string): boolean => knownFactTypes.has(type)

export const isKnownFact = (fact: Fact | UnknownFact): fact is Fact => isKnownFactType(fact.type)

/** Whether a type is a fact type, also of a newer version. */
export const isFactType = (type: unknown): type is string => typeof type === 'string' && type.startsWith('holdfast.fact.')

/**
 * Reads a fact of a known kind. Only the envelope is checked: the ledger's only writer validated the rest, and the full
 * schema costs ten times the parse for every reader of a long history. `holdfast verify` checks the chain, which cannot be
 * forged.
 */
export function readFact(value: string): Result<Fact, string> {
  const parsed = parseJson(value)
  if (!parsed.ok) return refused(parsed.error[0]?.message ?? 'not JSON')
  const fact = factIn(parsed.value)
  return !fact.ok || isKnownFact(fact.value) ? (fact as Result<Fact, string>) : refused(`unknown type ${fact.value.type.slice(0, 100)}`)
}

/** Checks the envelope of a parsed fact, whose kind may be of a newer version. */
export function factIn(value: unknown): Result<Fact | UnknownFact, string> {
  const fact = value as Partial<Fact> | null
  if (typeof fact !== 'object' || fact === null) return refused('not an object')
  if (!isFactType(fact.type)) return refused(`unknown type ${String(fact.type).slice(0, 100)}`)
  if (typeof fact.subject !== 'string' || typeof fact.id !== 'string' || typeof fact.causationid !== 'string')
    return refused('no subject, id or cause')
  if (!Number.isSafeInteger(fact.sequence) || !hashPattern.test(fact.prevhash ?? '') || !hashPattern.test(fact.hash ?? ''))
    return refused('no position in a history')
  if (typeof fact.data !== 'object' || fact.data === null || typeof fact.actor !== 'string') return refused('no actor or data')
  return accepted(fact as Fact)
}

/** The document in a fact: the request as its country wants it from then on. */
export const documentOf = (fact: Fact): FreezeRequest | undefined =>
  isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided') || isFact(fact, 'RequestReopened') ? fact.data.request : undefined

/** Narrows a fact to one kind. */
export const isFact = <K extends FactKind>(fact: Fact, kind: K): fact is Extract<Fact, { type: `holdfast.fact.v1.${K}` }> =>
  fact.type === factType(kind)
