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

/** Deadlines that a fact arms, as absolute instants: a replay needs neither clock nor calendar. */
const arming = { deadlines: z.array(deadlineSchema).max(20).optional() }
/** The child request of one report of money that moved onward. */
const childSchema = z.strictObject({ requestId: requestIdSchema, hop: z.int().min(1).max(9) })
/** What of the report stands in the requester's word on it, so that it can be read alone. */
const reported = { country: countrySchema, amount: positiveMoneySchema }
/** Who said the same words before: two persons stand behind the fact (V17). */
const joint = { proposedBy: actorSchema }

/** What each fact carries. Most say in the past tense what a command asked for. */
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
  /** The instant at which the hold ends is always known once it is a fact: given by the institution or by the country's profile. */
  FreezeReported: commandBodies.ReportFreeze.extend({ expiresAt: instantSchema, ...arming }),
  NoFundsReported: commandBodies.ReportNoFunds.extend(arming),
  NotFoundReported: commandBodies.ReportNotFound.extend(arming),
  /**
   * What follows the money: a child request, as the standing policy of the requesting country agrees (before there was one, every report had a child at once); a proposal,
   * which the requester agrees to or declines; or why nothing can.
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
  /** `report` is the number of the fact whose answer was wrong; the amount is what it reported. */
  AnswerCorrected: commandBodies.CorrectAnswer.extend({ report: sequenceSchema, amount: positiveMoneySchema.optional(), ...arming }),
  FreezeConfirmed: commandBodies.ConfirmFreeze.extend({ ...joint, ...arming }),
  /** `hold` counts the holds of the request from 0, as they stood before this fact. */
  FreezeExtended: commandBodies.ExtendFreeze.extend({
    extended: z
      .array(z.strictObject({ hold: z.int().min(0), expiresAt: instantSchema }))
      .min(1)
      .max(100),
    ...joint,
    ...arming,
  }),
  ReturnInitiated: commandBodies.InitiateReturn.extend({ ...joint, ...arming }),
  ReturnReported: commandBodies.ReportReturn.extend(arming),
  RequestWithdrawn: commandBodies.Withdraw.extend({ proposedBy: actorSchema.optional(), ...arming }),
  FreezeReleased: releaseBody.extend({ ...joint, ...arming }),
  ClosedUnrecovered: unrecoveredBody.extend({ ...joint, ...arming }),
  RequestReopened: commandBodies.Reopen.extend(arming),
  /** Changes no state. A later share with the same unit takes the place of the one before. */
  RequestShared: commandBodies.ShareRequest,
  /** Changes no state. `with` stands here so that it can be read alone. */
  ShareWithdrawn: commandBodies.WithdrawShare.extend({ with: sharedUnitSchema }),
  /** The first of two persons has spoken. `words` is a digest: the SHA-256 of what was said (RFC 8785), by which the second is known to say the same. Facts that were recorded have it under this name. */
  ActionProposed: z.strictObject({ command: z.enum(dualApprovalCommands), words: z.string().regex(/^[a-f0-9]{64}$/), data: z.unknown() }),
  HoldExpired: deadlineSchema.extend(arming),
  /** V30: what is destroyed is known before it is. */
  ErasureOrdered: commandBodies.OrderErasure.extend(joint),
  /** Changes no state: what was sealed of the request can't be read any more. */
  KeysDestroyed: commandBodies.RecordDestruction,
  /** Changes no state. */
  DestructionConfirmed: commandBodies.ConfirmDestruction,
  /** Any other deadline that passed: a reminder, an escalation, or a question that goes back to the desk. */
  DeadlineReached: deadlineSchema.extend(arming),
  /** Changes no state: the order stands, and somebody has to bring it by other ways. */
  OrderUndelivered: commandBodies.ReportUndelivered,
} as const

export type FactKind = keyof typeof factBodies
export const factKinds = Object.keys(factBodies) as FactKind[]
export type FactBody<K extends FactKind> = z.output<(typeof factBodies)[K]>

const factTypePrefix = 'holdfast.fact.v1.'
export const factType = <K extends FactKind>(kind: K) => `${factTypePrefix}${kind}` as const
export const factKindOf = (fact: { readonly type: string }) => fact.type.slice(factTypePrefix.length) as FactKind

/** What every fact may carry beside its body: a plaintext one is not encrypted, and most are not signed. */
const stated = { ledTo: resultingStateSchema, sealed: encryptedDataSchema.optional(), signed: signedSchema.optional() }
const buildFactSchema = <K extends FactKind>(kind: K) => factEventSchema(factType(kind), factBodies[kind].extend(stated))
type FactEnvelope = Omit<z.output<ReturnType<typeof buildFactSchema<'RequestOpened'>>>, 'type' | 'data'>

/** A fact as it stands in `freeze.ledger`. */
export type FactOf<K extends FactKind> = FactEnvelope & {
  type: `holdfast.fact.v1.${K}`
  data: FactBody<K> & Encryptable & Signable & { readonly ledTo: ResultingState }
}
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind]

/** A fact before it has its place in the chain of hashes. */
export type UnchainedFact = { [K in FactKind]: Omit<FactOf<K>, 'hash'> }[FactKind]

export const factSchema = unionByType(factKinds.map(buildFactSchema)).meta({ title: 'Fact', description: 'A record of freeze.ledger.' })

/** The `prevhash` of the first fact of every request. */
export const chainStart = '0'.repeat(64)

const knownFactTypes: ReadonlySet<string> = new Set(factKinds.map(factType))
const hashPattern = /^[a-f0-9]{64}$/

/**
 * A fact of a kind that this version does not know: a newer one wrote it. Its frame is read, which says where it belongs and where the request stands after it; its body is not.
 * `critical: false` says that who does not know the kind may go on as if it had said nothing; of any other, who acts on the request has to wait for a version that knows it.
 */
export interface UnknownFact extends Omit<FactEnvelope, 'critical'> {
  readonly type: string
  readonly critical?: boolean | undefined
  readonly data: { readonly ledTo: ResultingState }
}

export const isKnownFactType = (type: string): boolean => knownFactTypes.has(type)

export const isKnownFact = (fact: Fact | UnknownFact): fact is Fact => isKnownFactType(fact.type)

/** Whether a type is one of a fact, of this version or of one to come. */
export const isFactType = (type: unknown): type is string => typeof type === 'string' && type.startsWith('holdfast.fact.')

/**
 * Reads a fact of a kind that is known. Only its frame is checked: the ledger's one writer checked the rest before it wrote, and every reader of a
 * long history pays for each check (the whole schema costs ten times the parse). `holdfast verify` checks what cannot be forged, the chain.
 */
export function readFact(value: string): Result<Fact, string> {
  const parsed = parseJson(value)
  if (!parsed.ok) return refused(parsed.error[0]?.message ?? 'not JSON')
  const fact = factIn(parsed.value)
  return !fact.ok || isKnownFact(fact.value) ? (fact as Result<Fact, string>) : refused(`unknown type ${fact.value.type.slice(0, 100)}`)
}

/** A fact in what was parsed already, by its frame alone: the kind may be one to come. */
export function factIn(value: unknown): Result<Fact | UnknownFact, string> {
  const fact = value as Partial<Fact> | null
  if (typeof fact !== 'object' || fact === null) return refused('not an object')
  if (!isFactType(fact.type)) return refused(`unknown type ${String(fact.type).slice(0, 100)}`)
  if (typeof fact.subject !== 'string' || typeof fact.id !== 'string' || typeof fact.causationid !== 'string')
    return refused('no subject, id or cause')
  if (!Number.isSafeInteger(fact.sequence) || !hashPattern.test(fact.prevhash ?? '') || !hashPattern.test(fact.hash ?? ''))
    return refused('no place in a history')
  if (typeof fact.data !== 'object' || fact.data === null || typeof fact.actor !== 'string') return refused('no actor or data')
  return accepted(fact as Fact)
}

/** The document that a fact brings: the request as its country has it from then on. */
export const documentOf = (fact: Fact): FreezeRequest | undefined =>
  isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided') || isFact(fact, 'RequestReopened') ? fact.data.request : undefined

/** Narrows a fact to one kind. */
export const isFact = <K extends FactKind>(fact: Fact, kind: K): fact is Extract<Fact, { type: `holdfast.fact.v1.${K}` }> =>
  fact.type === factType(kind)
