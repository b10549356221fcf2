import { alertOfErasureWhileParked } from '@holdfast/payment-stop/lifecycle'
import type { PartitionParking, PartitionState } from '@holdfast/request-state'
import {
  documentOf,
  type Fact,
  isFact,
  isFeatureLevelRaised,
  isKnownFact,
  isRefusedCommand,
  ledgerRecordIn,
  type Position,
  positionAfter,
  positionAfterRefusal,
  topics,
} from '@holdfast/schemas'
import { attemptSync, type StreamRecord, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { notificationsOfErasureWhileParked } from '../notifications/notifications-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { concernsKeys } from './destroy-keys.ts'
import { createKeysInDoubt } from './keys-in-doubt.ts'

/** A fact about the keys of a parked request. */
export interface ParkedKeyFact {
  readonly fact: Fact
  readonly known: KnownOfRequest
}

/** What is known of a request without its state, which does not exist if it was parked from its first fact. */
interface KnownOfRequest {
  readonly position: Position | undefined
  /** Undefined if no document is readable. */
  readonly caseReference: string | undefined
  readonly wasVerified: boolean
}

const nothingKnown: KnownOfRequest = { position: undefined, caseReference: undefined, wasVerified: false }

interface ReadingDependencies {
  readonly streams: Pick<Streams, 'endOffset' | 'read'>
  readonly partition: number
  readonly parking: Pick<PartitionParking, 'get' | 'has'>
  readonly partitionState: Pick<PartitionState<DispatchState, Fact>, 'position' | 'load'>
}

/** Returns the parked requests for which these records may contain a fact about keys. */
export const parkedWithKeys = (records: readonly StreamRecord[], { has }: Pick<PartitionParking, 'has'>): string[] => [
  ...new Set(records.filter(record => has(record.key) && isAboutKeys(record)).map(({ key }) => key)),
]

function isAboutKeys(record: StreamRecord): boolean {
  const read = ledgerRecordIn(record)
  return (
    read.ok && !isFeatureLevelRaised(read.value) && !isRefusedCommand(read.value) && isKnownFact(read.value) && concernsKeys(read.value)
  )
}

/**
 * Returns the facts about keys of parked requests between two offsets, unless a later fact shows that they were
 * executed. By law, an erasure must not wait for a failing program.
 *
 * The state of the request is not available, so only the ledger's sequence rule decides which facts count: a record of
 * a stale writer destroys nothing.
 */
export async function keyFactsOfParked(
  { streams, partition, parking, partitionState }: ReadingDependencies,
  requestIds: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly ParkedKeyFact[]> {
  const parked = requestIds.flatMap(requestId => parking.get(requestId) ?? [])
  if (parked.length === 0) return []
  const states = await partitionState.load(requestIds)
  const known = new Map<string, KnownOfRequest>(
    [...states].map(([requestId, { summary }]) => [requestId, { ...summary, position: summary }]),
  )
  const wanted = new Set(requestIds)
  const found = createKeysInDoubt(from)
  // Waits until the latest facts are durable.
  await streams.endOffset(topics.ledger.name, partition)
  // A request that was parked in this batch has its state from before the batch. Facts that the state includes no
  // longer fit and are skipped.
  const begin = Math.min(partitionState.position, ...parked.map(({ offset }) => offset))
  for await (const records of streams.read(topics.ledger.name, partition, begin, to))
    for (const record of records) {
      const read = wanted.has(record.key) ? ledgerRecordIn(record) : undefined
      if (!read?.ok || isFeatureLevelRaised(read.value)) continue
      const entry = read.value
      const before = known.get(entry.subject) ?? nothingKnown
      const position = isRefusedCommand(entry) ? positionAfterRefusal(before.position, entry) : positionAfter(before.position, entry)
      if (!position) continue
      const fact = !isRefusedCommand(entry) && isKnownFact(entry) ? entry : undefined
      known.set(entry.subject, { ...before, position, ...(fact ? knownFrom(fact, before) : {}) })
      if (fact) found.take([{ fact, offset: record.offset }])
    }
  return found.facts.map(({ fact }) => ({ fact, known: known.get(fact.subject) ?? nothingKnown }))
}

/** Accepts facts of any version. */
function knownFrom(fact: Fact, before: KnownOfRequest): Pick<KnownOfRequest, 'caseReference' | 'wasVerified'> {
  const read = attemptSync(() => documentOf(fact)?.caseReference)
  return {
    caseReference: (read.ok ? read.value : undefined) ?? before.caseReference,
    wasVerified: before.wasVerified || isFact(fact, 'RequestVerified'),
  }
}

/**
 * Notifies both countries of an erasure for a request that was not fully processed. Notifies the beneficiary country
 * only after verification, because its earlier access rights are unknown here.
 */
export function notificationsOfParkedKeys(
  signer: EngineSigner,
  { fact, known: { caseReference, wasVerified } }: ParkedKeyFact,
): Outbound[] {
  if (caseReference === undefined || isFact(fact, 'KeysDestroyed')) return []
  const { beneficiary: _, ...ofRequester } = alertOfErasureWhileParked
  return notificationsOfErasureWhileParked(signer, fact, caseReference, wasVerified ? alertOfErasureWhileParked : ofRequester)
}
