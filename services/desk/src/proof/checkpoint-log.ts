import { type Checkpoint, isSignedBy, readCheckpoint, readNote, readTreeOrigin, signatureTypes } from '@holdfast/proof'
import type { Logger } from '@holdfast/runtime'
import { type CheckpointEvent, checkpointType, deterministicId, parseJson, topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import {
  fingerprintsAfterBatch,
  formatFingerprints,
  parseFingerprints,
  type StreamRecord,
  type Streams,
  unchangedUpTo,
} from '@holdfast/streams'
import type { TreeSigner } from './tree-signer.ts'

/** A checkpoint that this engine has signed. */
export interface SignedCheckpoint extends Checkpoint {
  /** The whole note. */
  readonly note: string
}

/** The checkpoints of this engine, as every desk of it has them. */
export interface CheckpointLog {
  /** The largest one of a tree, as far as it was read. */
  newest(origin: string): SignedCheckpoint | undefined
  /** Reads what is new, and gives the last of it, oldest first. Throws StreamUnavailableError. */
  readOn(): Promise<readonly SignedCheckpoint[]>
  /** Puts one on record; it counts once it was read back. Throws StreamUnavailableError. */
  append(checkpoint: SignedCheckpoint, at: Date): Promise<void>
}

const checkpointTables = `
  -- The largest checkpoint of each tree, and up to where they were read. What this desk has seen it holds to, also where the topic has lost it.
  CREATE TABLE IF NOT EXISTS checkpoints (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint_reads (topic TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  -- What lay before that.
  CREATE TABLE IF NOT EXISTS checkpoint_pasts (topic TEXT PRIMARY KEY, past TEXT NOT NULL) STRICT;
`
/** After a long absence the last ones say enough: each was held to its tree by who signed it. */
const givenMax = 64
const topic = topics.checkpoints.name

export function createCheckpointLog(
  { streams, file, log }: { readonly streams: Streams; readonly file: SqliteFile; readonly log: Logger },
  signer: TreeSigner,
): CheckpointLog {
  file.schema(checkpointTables)
  const readNewest = file.prepare('SELECT note FROM checkpoints WHERE origin = ?')
  const saveNewest = file.prepare(
    `INSERT INTO checkpoints (origin, size, note) VALUES (?, ?, ?)
     ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note WHERE excluded.size > size`,
  )
  const readNext = file.prepare('SELECT next FROM checkpoint_reads WHERE topic = ?')
  const saveNext = file.prepare(
    'INSERT INTO checkpoint_reads (topic, next) VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET next = excluded.next',
  )
  const readKeptPast = file.prepare('SELECT past FROM checkpoint_pasts WHERE topic = ?')
  const savePast = file.prepare(
    'INSERT INTO checkpoint_pasts (topic, past) VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET past = excluded.past',
  )

  function readIn(text: string): SignedCheckpoint | undefined {
    const note = readNote(text)
    const checkpoint = note.ok ? readCheckpoint(note.value.text) : note
    if (!checkpoint.ok || readTreeOrigin(checkpoint.value.origin)?.engine !== signer.engine) return undefined
    return { ...checkpoint.value, note: text }
  }

  /** Undefined for what is none of this engine: an engine with another secret wrote it. */
  function readRecord({ value }: StreamRecord): SignedCheckpoint | undefined {
    const read = parseJson(value)
    const event = read.ok ? (read.value as Partial<CheckpointEvent> | null) : null
    return event?.type === checkpointType && typeof event.data?.checkpoint === 'string' ? readIn(event.data.checkpoint) : undefined
  }

  async function isOurs({ origin, note }: SignedCheckpoint): Promise<boolean> {
    const read = readNote(note)
    const { publicKey } = signer.key
    if (read.ok && (await isSignedBy(read.value, { name: origin, type: signatureTypes.ed25519, publicKey }))) return true
    log.error({ origin, note }, 'a checkpoint in freeze.checkpoints is in the name of this engine, and not signed by it: it is passed over')
    return false
  }

  return {
    newest(origin) {
      const row = readNewest.get(origin) as { note: string } | undefined
      return row && readIn(row.note)
    },
    async readOn() {
      const [start, end] = [await streams.startOffset(topic, 0), await streams.endOffset(topic, 0)]
      const next = (readNext.get(topic) as { next: number } | undefined)?.next ?? 0
      let past = parseFingerprints((readKeptPast.get(topic) as { past: string } | undefined)?.past ?? '')
      const lasting = past.length > 0 ? await unchangedUpTo(streams, topic, 0, past) : next
      const given: SignedCheckpoint[] = []
      // One that is shorter than before is read from its beginning, one that lost its tail and grew again from there.
      for await (const records of streams.read(topic, 0, next > end ? start : Math.max(start, Math.min(next, lasting)), end)) {
        const ours: SignedCheckpoint[] = []
        for (const checkpoint of records.map(readRecord)) if (checkpoint && (await isOurs(checkpoint))) ours.push(checkpoint)
        past = fingerprintsAfterBatch(past, records)
        await file.write(() => {
          for (const { origin, size, note } of ours) saveNewest.run(origin, size, note)
          saveNext.run(topic, (records.at(-1)?.offset ?? next) + 1)
          savePast.run(topic, formatFingerprints(past))
        })
        given.push(...ours)
        given.splice(0, given.length - givenMax)
      }
      return given
    },
    async append({ origin, note }, at) {
      const event: CheckpointEvent = {
        specversion: '1.0',
        id: deterministicId('checkpoint', note),
        source: '/holdfast/desk',
        type: checkpointType,
        time: at.toISOString(),
        datacontenttype: 'application/json',
        data: { checkpoint: note },
      }
      await streams.append(topic, 0, [{ key: origin, value: JSON.stringify(event) }])
    },
  }
}
