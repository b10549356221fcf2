import { recordsDestruction, type Workflow } from '@holdfast/core'
import type { PartitionParking, PartitionState } from '@holdfast/request-state'
import {
  isFeatureLevelRaised,
  isRefusedCommand,
  type LedgerFact,
  ledgerRecordIn,
  type Position,
  positionAfter,
  positionAfterRefusal,
} from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { type Outbound, outboundNotificationOf } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { concernsKeys } from './destroy-keys.ts'
import { createKeysInDoubt } from './keys-in-doubt.ts'

/** A fact about the keys of a parked request. */
export interface ParkedKeyFact {
  readonly fact: LedgerFact
  readonly known: KnownOfRequest
}

/** What is known of a request without its state, which does not exist if it was parked from its first fact. */
interface KnownOfRequest {
  readonly position: Position | undefined
  /** As the workflow knows it; undefined before its first known fact. */
  readonly known: unknown
}

const nothingKnown: KnownOfRequest = { position: undefined, known: undefined }

type ParkedWorkflow = Pick<Workflow, 'dispatching' | 'isKnownFact' | 'topicPrefix' | 'topics'>

interface ReadingDependencies {
  readonly workflow: ParkedWorkflow
  readonly streams: Pick<Streams, 'endOffset' | 'read'>
  readonly partition: number
  readonly parking: Pick<PartitionParking, 'get' | 'has'>
  readonly partitionState: Pick<PartitionState<DispatchState>, 'position' | 'load'>
}

/** Returns the parked requests for which these records may contain a fact about keys. */
export const parkedWithKeys = (
  workflow: Pick<Workflow, 'isKnownFact'>,
  records: readonly StreamRecord[],
  { has }: Pick<PartitionParking, 'has'>,
): string[] => [...new Set(records.filter(record => has(record.key) && isAboutKeys(workflow, record)).map(({ key }) => key))]

function isAboutKeys({ isKnownFact }: Pick<Workflow, 'isKnownFact'>, record: StreamRecord): boolean {
  const read = ledgerRecordIn(record)
  return (
    read.ok &&
    !isFeatureLevelRaised(read.value) &&
    !isRefusedCommand(read.value) &&
    isKnownFact(read.value.type) &&
    concernsKeys(read.value)
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
  { workflow: { dispatching, isKnownFact, topics }, streams, partition, parking, partitionState }: ReadingDependencies,
  requestIds: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly ParkedKeyFact[]> {
  const parked = requestIds.flatMap(requestId => parking.get(requestId) ?? [])
  if (parked.length === 0) return []
  const states = await partitionState.load(requestIds)
  const known = new Map<string, KnownOfRequest>(
    [...states].map(([requestId, { summary }]) => [requestId, { position: summary, known: dispatching.notifications.knownOf(summary) }]),
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
      const fact = !isRefusedCommand(entry) && isKnownFact(entry.type) ? entry : undefined
      known.set(entry.subject, { position, known: fact ? dispatching.notifications.knownAfter(before.known, fact) : before.known })
      if (fact) found.take([{ fact, offset: record.offset }])
    }
  return found.facts.map(({ fact }) => ({ fact, known: known.get(fact.subject) ?? nothingKnown }))
}

/** Notifies the countries of an erasure for a request that was not fully processed. */
export function notificationsOfParkedKeys(
  signer: EngineSigner,
  workflow: Pick<Workflow, 'dispatching' | 'topicPrefix'>,
  { fact, known: { known } }: ParkedKeyFact,
): Outbound[] {
  if (known === undefined || recordsDestruction(fact)) return []
  return workflow.dispatching.notifications
    .ofErasureWhileParked(fact, known)
    .map(notification => outboundNotificationOf(signer, workflow, fact, notification))
}
