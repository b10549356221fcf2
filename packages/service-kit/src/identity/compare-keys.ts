import { recordsDestruction } from '@holdfast/core'
import type { KeyStore, StoreMetadata } from '@holdfast/encryption'
import type { Logger } from '@holdfast/runtime'
import {
  type Encryptable,
  isFeatureLevelRaised,
  isRefusedCommand,
  mayBeEncrypted,
  parseJson,
  quotedDataOf,
  readLedgerRecord,
  topics,
} from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

// Compares the keys with the data that they encrypt (ADR 69). The key store itself records how far that was done, so an
// older copy of it has an older position, and everything after that is compared.

export interface ComparedKeys {
  /** Keys that were never stored. */
  readonly missing: number
  /** Requests whose keys were destroyed, but not in this store. */
  readonly undestroyed: number
}

/** The streams, and the names of the ledgers of all workflows. */
export interface ComparedLedgers {
  readonly streams: Pick<Streams, 'partitionCount' | 'startOffset' | 'endOffset' | 'read'>
  readonly ledgers: readonly string[]
}

/** The offset up to which each partition has been compared, by topic and partition. */
type Positions = Readonly<Record<string, number>>

const atOnce = 100

/** Compares everything after the recorded positions, and advances them. Without positions, compares everything. */
export async function compareKeys(compared: ComparedLedgers, store: KeyStore, marks: StoreMetadata): Promise<ComparedKeys> {
  const { streams } = compared
  const known = positionsIn(marks)
  const ends = await endsOf(compared)
  const destroyed = new Set<string>()
  const wanted = new Set<string>()
  let missing = 0
  async function find(): Promise<void> {
    const ids = [...wanted]
    wanted.clear()
    for (let at = 0; at < ids.length; at += atOnce)
      missing += (await store.find(ids.slice(at, at + atOnce))).filter(found => found === undefined).length
  }
  for (const { name, topic, partition, end } of ends) {
    const before = known[name]
    // A position beyond the end is of another log.
    const from = Math.max(await streams.startOffset(topic, partition), before !== undefined && before <= end ? before : 0)
    for await (const records of streams.read(topic, partition, from, end)) {
      for (const { value } of records) take(value, { wanted, destroyed, restored: marks.restored })
      if (wanted.size >= 10 * atOnce) await find()
    }
  }
  await find()
  const undestroyed = destroyed.size === 0 ? 0 : destroyed.size - (await countDestroyed(store, destroyed))
  if (missing === 0 && undestroyed === 0)
    await store.setMetadata('compared', JSON.stringify({ ...known, ...Object.fromEntries(ends.map(each => [each.name, each.end])) }))
  return { missing, undestroyed }
}

/**
 * Advances the positions to the end without comparing, for a running engine: a record is durable only once its key is.
 * If the stored positions are older than those this process has seen, it compares. Returns false if the store is an
 * older copy; then the positions stay.
 */
export function createKeysMark(compared: ComparedLedgers, store: KeyStore): () => Promise<boolean> {
  let seen: Positions = {}
  return async () => {
    const marks = await store.metadata()
    const stored = positionsIn(marks)
    if (Object.entries(seen).some(([name, position]) => (stored[name] ?? 0) < position)) {
      const { missing, undestroyed } = await compareKeys(compared, store, marks)
      return missing === 0 && undestroyed === 0
    }
    const ends = Object.fromEntries((await endsOf(compared)).map(({ name, end }) => [name, end]))
    seen = stored
    if (Object.entries(ends).some(([name, end]) => (stored[name] ?? 0) < end))
      await store.setMetadata('compared', JSON.stringify({ ...stored, ...ends }))
    return true
  }
}

export interface KeysMarkOptions {
  readonly compared: ComparedLedgers
  readonly store: KeyStore
  readonly description: string
  readonly log: Logger
}

const markEveryMs = 60_000

/** Advances the positions each minute, so that the next start compares little. */
export function keepKeysMark({ compared, store, description, log }: KeysMarkOptions): { stop(): void } {
  const mark = createKeysMark(compared, store)
  async function keep(): Promise<void> {
    try {
      if (!(await mark())) log.error(`${description} has lost keys. Stop the engine, and restore the newest copy`)
    } catch (error) {
      log.warn({ err: error }, 'The position up to which keys and ledger were compared cannot be stored')
    }
  }
  const timer = setInterval(() => void keep(), markEveryMs)
  return { stop: () => clearInterval(timer) }
}

async function endsOf({ streams, ledgers }: ComparedLedgers) {
  const found: { readonly name: string; readonly topic: string; readonly partition: number; readonly end: number }[] = []
  for (const topic of [...ledgers, topics.parked.name]) {
    const partitions = await streams.partitionCount(topic).catch(() => 0)
    for (let partition = 0; partition < partitions; partition++)
      found.push({ name: `${topic}/${partition}`, topic, partition, end: await streams.endOffset(topic, partition) })
  }
  return found
}

function positionsIn({ compared }: StoreMetadata): Positions {
  const json = parseJson(compared ?? '{}')
  return json.ok ? (json.value as Positions) : {}
}

interface Taking {
  readonly wanted: Set<string>
  readonly destroyed: Set<string>
  readonly restored: string | undefined
}

/** Collects the keys of a record of the ledger, or of a held command. Keys from before a restore may be missing. */
function take(value: string, { wanted, destroyed, restored }: Taking): void {
  const isOfKeys = value.includes('KeysDestroyed')
  if (!mayBeEncrypted(value) && !isOfKeys && !value.includes('"held"')) return
  const isBefore = (time: string) => restored !== undefined && Date.parse(time) <= Date.parse(restored)
  const read = readLedgerRecord(value)
  if (!read.ok) {
    const held = heldIn(value)
    if (held && !isBefore(held.time)) for (const keyId of keysOf(held.data)) wanted.add(keyId)
    return
  }
  const entry = read.value
  if (isFeatureLevelRaised(entry) || isBefore(entry.time)) return
  if (!isRefusedCommand(entry) && recordsDestruction(entry)) destroyed.add(entry.subject)
  for (const keyId of keysOf(entry.data)) wanted.add(keyId)
}

function heldIn(value: string): { readonly time: string; readonly data: object } | undefined {
  const event = parseJson(value)
  const held = event.ok ? (event.value as { data?: { record?: { value?: unknown } } }).data?.record?.value : undefined
  const command = typeof held === 'string' ? parseJson(held) : undefined
  if (!command?.ok) return undefined
  const { time, data } = command.value as { time?: unknown; data?: unknown }
  return typeof time === 'string' && typeof data === 'object' && data !== null ? { time, data } : undefined
}

const keysOf = (data: object): string[] => [data as Encryptable, quotedDataOf(data)].flatMap(each => each?.encrypted?.key ?? [])

async function countDestroyed(store: KeyStore, requests: ReadonlySet<string>): Promise<number> {
  const found = new Set<string>()
  for await (const page of store.pagesOfDestructions())
    for (const { requestId, destroyedAt } of page) if (destroyedAt !== undefined && requests.has(requestId)) found.add(requestId)
  return found.size
}
