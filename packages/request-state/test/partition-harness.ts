import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fact, isKnownFactType } from '@holdfast/payment-stop/language'
import { type RefusedCommand, topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedSnapshots, type SnapshotStore } from '@holdfast/stores'
import { createEmbeddedStreams, type StreamRecord, type Streams } from '@holdfast/streams'
import type { Parked } from '../src/parked-entries.ts'
import { createParking, type Parking } from '../src/parking.ts'
import { openPartitionState, type PartitionState, type PartitionStateOptions } from '../src/partition-state.ts'
import type { StateDefinition } from '../src/state-definition.ts'

// Test harness: a state that shows which facts were applied, on real embedded streams and snapshots, each in a file of
// its own.

/** Which facts of a request were accepted, in which order, and its deadline. */
export interface Seen {
  readonly sequence: number
  readonly notes: readonly string[]
  readonly dueAtMs: number | null
}
interface Note {
  readonly note: string
  readonly dueAtMs?: number
}

export const definition: StateDefinition<Seen> = {
  evolve(state, fact) {
    if (fact.sequence !== (state?.sequence ?? 0) + 1) return { accepted: false, state }
    const { note, dueAtMs = null } = fact.data as unknown as Note
    return { accepted: true, state: { sequence: fact.sequence, notes: [...(state?.notes ?? []), note], dueAtMs } }
  },
  evolveRefusal: state => ({ accepted: false, state }),
  serialize: state => JSON.stringify(state),
  parse: text => JSON.parse(text) as Seen,
  dueAtMs: state => state.dueAtMs ?? undefined,
}

type Frame = Record<
  keyof Pick<Fact, 'type' | 'id' | 'subject' | 'causationid' | 'actor' | 'sequence' | 'prevhash' | 'hash' | 'data'>,
  unknown
>

/** A fact as the ledger stores it, with the members that a reader needs. */
export const line = (subject: string, sequence: number, data: Note = { note: `${subject}${sequence}` }): string =>
  JSON.stringify({
    type: 'holdfast.fact.v1.InterimReported',
    id: `${subject}/${sequence}`,
    subject,
    causationid: `${subject}/${sequence}`,
    actor: 'SG/system/ncb',
    sequence,
    prevhash: hash('sha256', `${subject}/${sequence - 1}`),
    hash: hash('sha256', `${subject}/${sequence}`),
    data,
  } satisfies Frame)

/** A refused command as the ledger stores it, with the members that a reader needs. */
export const refusedLine = (subject: string, number: number): string =>
  JSON.stringify({
    type: 'holdfast.refusal.v1',
    id: `${subject}/refused/${number}`,
    subject,
    causationid: `${subject}/refused/${number}`,
    actor: 'SG/officer/p',
    aftersequence: 1,
    afterhash: hash('sha256', `${subject}/1`),
    number,
    data: { command: 'Withdraw' },
  } satisfies Partial<Record<keyof RefusedCommand, unknown>>)

const ledger = topics.ledger.name

export const workflow = { topicPrefix: 'freeze', topics, isKnownFact: isKnownFactType }

/** The parking of one service. It throws its faults. */
export const parkingOn = (streams: Streams, onParked: (parked: Parked) => void = () => undefined): Promise<Parking> =>
  createParking({
    streams,
    workflow,
    service: 'test',
    now: () => new Date('2024-07-23T03:00:00.000Z'),
    onFault(error) {
      throw error
    },
    onRedriveFault: () => undefined,
    onParked,
  })

export type PartitionHarness = Awaited<ReturnType<typeof createPartitionHarness>>

/** A ledger of two partitions and a store, both empty. */
export async function createPartitionHarness() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-request-state-'))
  const files: SqliteFile[] = []
  const openFile = (name: string) => {
    const file = openSqlite(join(folder, `${name}.sqlite`), { durable: false })
    files.push(file)
    return file
  }
  const streams = createEmbeddedStreams({ file: openFile('streams'), partitions: 2 })
  await streams.ensureTopics([topics.ledger, topics.parked])
  const storeFile = openFile('store')
  const store = createEmbeddedSnapshots(storeFile, 'test')
  const lost: Array<[position: number, end: number]> = []
  const rebuilt: Array<[why: string, facts: number]> = []
  const unreadable: Array<[offset: number, reason: string]> = []
  const parked: Parked[] = []
  const parking = await parkingOn(streams, each => parked.push(each))

  /** The records of partition 0 from an offset on, as a stage would pass them. */
  async function recordsFrom(from: number): Promise<StreamRecord[]> {
    const all: StreamRecord[] = []
    for await (const records of streams.read(ledger, 0, from, await streams.endOffset(ledger, 0))) all.push(...records)
    return all
  }

  return {
    store,
    /** The reported rebuilds. */
    rebuilt,
    /** The snapshot offset, and the end of the ledger, for each truncation. */
    lost,
    unreadable,
    /** The parked requests, one entry for each time. */
    parked,
    parking,
    streams,
    recordsFrom,
    /** Another, empty store. */
    secondStore: (): SnapshotStore => createEmbeddedSnapshots(openFile('second'), 'test'),
    closeStore: () => storeFile.close(),
    append: (lines: readonly string[], partition = 0) =>
      streams.append(
        ledger,
        partition,
        lines.map(value => ({ key: /"subject":"(\w+)"/.exec(value)?.[1] ?? 'none', value })),
      ),
    open: async (options: Partial<PartitionStateOptions<Seen>> = {}): Promise<PartitionState<Seen>> =>
      openPartitionState({
        ...definition,
        streams,
        workflow,
        store,
        partition: 0,
        parking: await parking.open(0),
        until: 'end',
        signal: new AbortController().signal,
        onTruncated: ({ position, end }) => lost.push([position, end]),
        onRebuilt: (why, facts) => rebuilt.push([why, facts]),
        onSaveFault: () => undefined,
        onUnreadable: (record, reason) => unreadable.push([record.offset, reason]),
        ...options,
      }),
    /** Applies and saves all facts from an offset on. Returns the ids of the accepted ones. */
    async takeAll(partition: PartitionState<Seen>, from = partition.position): Promise<string[]> {
      const batch = await partition.apply(await recordsFrom(from))
      await batch.save()
      await partition.flush()
      return batch.accepted.map(({ fact }) => fact.id)
    },
    snapshotOffsetOf: async (of: SnapshotStore = store) => (await of.load(0, [])).snapshotOffset,
    async close() {
      await parking.stop()
      await streams.close()
      for (const file of files) await file.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const notesOf = async (partition: PartitionState<Seen>, ...ids: string[]) =>
  Object.fromEntries([...(await partition.load(ids))].map(([id, state]) => [id, state.notes.join(' ')]))
