import type { PartitionFold, PartitionParking } from '@holdfast/folds'
import { alertOfErasureWhileParked } from '@holdfast/lifecycle'
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
  readonly known: Known
}

/** What is known of a request without its state: of one that is parked from its beginning there is none. */
interface Known {
  readonly position: Position | undefined
  /** Undefined where no document can be read. */
  readonly caseReference: string | undefined
  readonly wasVerified: boolean
}

const nothingKnown: Known = { position: undefined, caseReference: undefined, wasVerified: false }

interface ReadingDependencies {
  readonly streams: Pick<Streams, 'endOffset' | 'read'>
  readonly partition: number
  readonly parking: Pick<PartitionParking, 'get' | 'has'>
  readonly fold: Pick<PartitionFold<DispatchState>, 'position' | 'load'>
}

/** The parked requests of which these records may have a fact about keys. */
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
 * The facts about keys of parked requests that lie between two offsets of the ledger, so far as no later one there says that they were followed. By law an erasure does not wait for code that throws. The request itself can't be
 * folded, so the rule of the ledger alone says which facts count: what a late writer wrote destroys nothing.
 */
export async function keyFactsOfParked(
  { streams, partition, parking, fold }: ReadingDependencies,
  requestIds: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly ParkedKeyFact[]> {
  const parked = requestIds.flatMap(requestId => parking.get(requestId) ?? [])
  if (parked.length === 0) return []
  const states = await fold.load(requestIds)
  const known = new Map<string, Known>([...states].map(([requestId, { standing }]) => [requestId, { ...standing, position: standing }]))
  const wanted = new Set(requestIds)
  const found = createKeysInDoubt(from)
  // What was written last is read only once it is durable.
  await streams.endOffset(topics.ledger.name, partition)
  // A request that was parked in this batch has its state as it was before the batch: what is counted already fits no more, and is passed over.
  const begin = Math.min(fold.position, ...parked.map(({ offset }) => offset))
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

/** Of a fact of any shape. */
function knownFrom(fact: Fact, before: Known): Pick<Known, 'caseReference' | 'wasVerified'> {
  const read = attemptSync(() => documentOf(fact)?.caseReference)
  return {
    caseReference: (read.ok ? read.value : undefined) ?? before.caseReference,
    wasVerified: before.wasVerified || isFact(fact, 'RequestVerified'),
  }
}

/** Tells both countries that words are destroyed of a request that was not worked on to its end; the beneficiary country once it has verified the request, as what it may know before that is not known here. */
export function notificationsOfParkedKeys(
  signer: EngineSigner,
  { fact, known: { caseReference, wasVerified } }: ParkedKeyFact,
): Outbound[] {
  if (caseReference === undefined || isFact(fact, 'KeysDestroyed')) return []
  const { beneficiary: _, ...ofRequester } = alertOfErasureWhileParked
  return notificationsOfErasureWhileParked(signer, fact, caseReference, wasVerified ? alertOfErasureWhileParked : ofRequester)
}
