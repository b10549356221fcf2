import type { z } from 'zod'
import { factEventSchema, unionByType } from '../cloud-event.ts'
import { type Encryptable, encryptedDataSchema } from '../encrypted/encrypted-data.ts'
import { type Signable, signedSchema } from '../encrypted/signed.ts'
import { parseJson } from '../problems.ts'
import { accepted, type Result, refused } from '../result.ts'
import { ActionProposed } from './action-proposed.ts'
import { OrderAcknowledged } from './commands/acknowledge-order.ts'
import { RequestVerified } from './commands/approve-verification.ts'
import { InformationRequested } from './commands/ask-information.ts'
import { ClosedUnrecovered } from './commands/close-unrecovered.ts'
import { DestructionConfirmed } from './commands/confirm-destruction.ts'
import { FreezeConfirmed } from './commands/confirm-freeze.ts'
import { AnswerCorrected } from './commands/correct-answer.ts'
import { DeadlineReached, HoldExpired } from './commands/deadline-passed.ts'
import { OnwardDeclined } from './commands/decline-onward.ts'
import type { FactDefinition } from './commands/definition.ts'
import { FreezeExtended } from './commands/extend-freeze.ts'
import { OnwardFollowed } from './commands/follow-onward.ts'
import { ReturnInitiated } from './commands/initiate-return.ts'
import { DuplicateDetected } from './commands/mark-duplicate.ts'
import { RequestOpened } from './commands/open-request.ts'
import { ErasureOrdered } from './commands/order-erasure.ts'
import { VerificationProposed } from './commands/propose-verification.ts'
import { InformationProvided } from './commands/provide-information.ts'
import { KeysDestroyed } from './commands/record-destruction.ts'
import { RequestRejected } from './commands/reject.ts'
import { FreezeReleased } from './commands/release.ts'
import { RequestReopened } from './commands/reopen.ts'
import { FreezeReported } from './commands/report-freeze.ts'
import { InterimReported } from './commands/report-interim.ts'
import { MovedOnwardReported } from './commands/report-moved-onward.ts'
import { NoFundsReported } from './commands/report-no-funds.ts'
import { NotFoundReported } from './commands/report-not-found.ts'
import { ReturnReported } from './commands/report-return.ts'
import { OrderUndelivered } from './commands/report-undelivered.ts'
import { ReviewRequested } from './commands/send-to-review.ts'
import { RequestShared } from './commands/share-request.ts'
import { RequestWithdrawn } from './commands/withdraw.ts'
import { ShareWithdrawn } from './commands/withdraw-share.ts'
import { type CommandKind, commandDefinitionOf, commandKinds } from './commands.ts'
import type { FreezeRequest } from './freeze-request.ts'
import { type ResultingState, resultingStateSchema } from './resulting-state.ts'

/**
 * Every fact. Most state in the past tense what a command requested, and are in its module. The order is published in the
 * JSON Schemas, so a new fact comes last.
 */
export const facts = {
  RequestOpened,
  RequestVerified,
  ReviewRequested,
  VerificationProposed,
  InformationRequested,
  InformationProvided,
  RequestRejected,
  DuplicateDetected,
  OrderAcknowledged,
  FreezeReported,
  NoFundsReported,
  NotFoundReported,
  MovedOnwardReported,
  OnwardFollowed,
  OnwardDeclined,
  InterimReported,
  AnswerCorrected,
  FreezeConfirmed,
  FreezeExtended,
  ReturnInitiated,
  ReturnReported,
  RequestWithdrawn,
  FreezeReleased,
  ClosedUnrecovered,
  RequestReopened,
  RequestShared,
  ShareWithdrawn,
  ActionProposed,
  HoldExpired,
  ErasureOrdered,
  KeysDestroyed,
  DestructionConfirmed,
  DeadlineReached,
  OrderUndelivered,
} as const

export type FactKind = keyof typeof facts
export const factKinds = Object.keys(facts) as FactKind[]
const definitions: ReadonlyMap<string, FactDefinition> = new Map(Object.entries(facts))
/** The definition of a fact; undefined if this version does not know the kind. */
export const factDefinitionOf = (kind: string): FactDefinition | undefined => definitions.get(kind)
export type FactBody<K extends FactKind> = z.output<(typeof facts)[K]['body']>

/** The facts that a command can become, apart from a proposal of it. */
export const factsOfCommand = (kind: CommandKind): readonly FactKind[] => [commandDefinitionOf(kind)?.becomes ?? []].flat() as FactKind[]

/** The commands that can become a fact. */
export const commandsOfFact = (kind: FactKind): readonly CommandKind[] =>
  commandKinds.filter(command => factsOfCommand(command).includes(kind))

const factTypePrefix = 'holdfast.fact.v1.'
export const factType = <K extends FactKind>(kind: K) => `${factTypePrefix}${kind}` as const
export const factKindOf = (fact: { readonly type: string }) => fact.type.slice(factTypePrefix.length) as FactKind

/** Common members of every fact. A plaintext fact is not encrypted, and most facts are not signed. */
const stated = { resultingState: resultingStateSchema, encrypted: encryptedDataSchema.optional(), signed: signedSchema.optional() }
const buildFactSchema = <K extends FactKind>(kind: K) => factEventSchema(factType(kind), facts[kind].body.extend(stated))
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
