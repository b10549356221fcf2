import {
  type Encryptable,
  encryptedDataSchema,
  factIn,
  factTypePrefix,
  type LedgerFact,
  parseJson,
  type Result,
  refused,
  type Signable,
  signedSchema,
  unionByType,
} from '@holdfast/schemas'
import type { z } from 'zod'
import type { FreezeRequest } from '../requests/freeze-request.ts'
import { factEventSchema } from './envelope.ts'
import { type FactBody, type FactKind, factKinds, facts } from './registry.ts'
import { type ResultingState, resultingStateSchema } from './resulting-state.ts'

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

const knownFactTypes: ReadonlySet<string> = new Set(factKinds.map(factType))

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

export const isKnownFact = (fact: LedgerFact): fact is Fact => isKnownFactType(fact.type)

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

/** The document in a fact: the request as its country wants it from then on. */
export const documentOf = (fact: Fact): FreezeRequest | undefined =>
  isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided') || isFact(fact, 'RequestReopened') ? fact.data.request : undefined

/** Narrows a fact to one kind. */
export const isFact = <K extends FactKind>(fact: Fact, kind: K): fact is Extract<Fact, { type: `holdfast.fact.v1.${K}` }> =>
  fact.type === factType(kind)
