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

/** The checkpoints of this engine, shared by all its desks. */
export interface CheckpointLog {
  /** The largest known checkpoint of a tree. */
  newest(origin: string): SignedCheckpoint | undefined
  /** Reads new checkpoints, and returns the last of them, oldest first. Throws StreamUnavailableError. */
  readNew(): Promise<readonly SignedCheckpoint[]>
  /** Appends a checkpoint. It counts once it was read back. Throws StreamUnavailableError. */
  append(checkpoint: SignedCheckpoint, at: Date): Promise<void>
}

const checkpointTables = `
  -- The largest checkpoint of each tree, and the next offset. A desk keeps what it has seen, even if the topic has lost
  -- it.
  CREATE TABLE IF NOT EXISTS checkpoints (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint_reads (topic TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  -- The log prefix fingerprints.
  CREATE TABLE IF NOT EXISTS checkpoint_fingerprints (topic TEXT PRIMARY KEY, fingerprints TEXT NOT NULL) STRICT;
`
/** After a long absence the last ones suffice: each desk checked its tree before it signed. */
const returnedMax = 64
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
  const readPast = file.prepare('SELECT fingerprints FROM checkpoint_fingerprints WHERE topic = ?')
  const savePast = file.prepare(
    'INSERT INTO checkpoint_fingerprints (topic, fingerprints) VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET fingerprints = excluded.fingerprints',
  )

  function readIn(text: string): SignedCheckpoint | undefined {
    const note = readNote(text)
    const checkpoint = note.ok ? readCheckpoint(note.value.text) : note
    if (!checkpoint.ok || readTreeOrigin(checkpoint.value.origin)?.engine !== signer.engine) return undefined
    return { ...checkpoint.value, note: text }
  }

  /** Undefined for checkpoints of another engine, with another secret. */
  function readRecord({ value }: StreamRecord): SignedCheckpoint | undefined {
    const read = parseJson(value)
    const event = read.ok ? (read.value as Partial<CheckpointEvent> | null) : null
    return event?.type === checkpointType && typeof event.data?.checkpoint === 'string' ? readIn(event.data.checkpoint) : undefined
  }

  async function isOurs({ origin, note }: SignedCheckpoint): Promise<boolean> {
    const read = readNote(note)
    const { publicKey } = signer.key
    if (read.ok && (await isSignedBy(read.value, { name: origin, type: signatureTypes.ed25519, publicKey }))) return true
    log.error({ origin, note }, 'A checkpoint in freeze.checkpoints claims to be of this engine, but has another signature. It is ignored')
    return false
  }

  return {
    newest(origin) {
      const row = readNewest.get(origin) as { note: string } | undefined
      return row && readIn(row.note)
    },
    async readNew() {
      const [start, end] = [await streams.startOffset(topic, 0), await streams.endOffset(topic, 0)]
      const next = (readNext.get(topic) as { next: number } | undefined)?.next ?? 0
      let fingerprints = parseFingerprints((readPast.get(topic) as { fingerprints: string } | undefined)?.fingerprints ?? '')
      const unchangedTo = fingerprints.length > 0 ? await unchangedUpTo(streams, topic, 0, fingerprints) : next
      const recent: SignedCheckpoint[] = []
      // Reads a topic that is shorter than before from its beginning, and a truncated one from the truncation.
      for await (const records of streams.read(topic, 0, next > end ? start : Math.max(start, Math.min(next, unchangedTo)), end)) {
        const ours: SignedCheckpoint[] = []
        for (const checkpoint of records.map(readRecord)) if (checkpoint && (await isOurs(checkpoint))) ours.push(checkpoint)
        fingerprints = fingerprintsAfterBatch(fingerprints, records)
        await file.write(() => {
          for (const { origin, size, note } of ours) saveNewest.run(origin, size, note)
          saveNext.run(topic, (records.at(-1)?.offset ?? next) + 1)
          savePast.run(topic, formatFingerprints(fingerprints))
        })
        recent.push(...ours)
        recent.splice(0, recent.length - returnedMax)
      }
      return recent
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
