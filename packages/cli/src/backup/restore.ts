import { createHash } from 'node:crypto'
import { topics, workTopic } from '@holdfast/schemas'
import { appendBytesMax, type OutgoingRecord, recordSize, type StreamRecord, type Streams } from '@holdfast/streams'
import { Command } from 'commander'
import { readLines } from '../input.ts'
import { firstLedger } from '../ledgers.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { describeCopy, printProblems, secondsSince } from './backup.ts'
import { type EngineStreams, withEngineStreams } from './engine-streams.ts'
import { type CopiedRecord, type CopyHead, type CopyReport, createCopyCheck, createCopyReader } from './ledger-copy.ts'

const after = `
For operators, before the services start: the ledger in their settings must be empty. The copy is read and verified completely before anything is written.
After an interruption, run the restore again with the same file. Until it is complete, no service starts on the ledger, and "holdfast backup" refuses it.
All other data is rebuilt when the services run. No outbound message of a restored fact is sent again; orders without an answer become dead letters.
All facts after the newest one of the copy are lost: ask members to repeat the requests of their later receipts, with the same idempotency keys.
Exit code 1 if the copy is not intact: then nothing is written.

Examples:
  holdfast restore ledger-2026-11-25.jsonl
  HOLDFAST_DATA=/srv/holdfast holdfast restore ledger.jsonl
`

/** `holdfast restore FILE`: writes a copy of the ledger to an empty engine. */
export const restoreCommand = (terminal: Terminal): Command =>
  new Command('restore')
    .description('write a copy of the ledger to an empty engine (operators)')
    .argument('<file>', 'a copy that "holdfast backup" made')
    .addHelpText('after', after)
    .action(async (file: string) => {
      const startedAt = performance.now()
      const { report, ...copied } = await checkCopy(file, terminal)
      const { head, otherTopics } = copied
      printProblems(terminal, report)
      if (report.problemCount + report.unreadable > 0)
        return terminal.tell(`holdfast: ${file} is not intact (${describeCopy(report)}): nothing was written`)
      const missingSecret = await withEngineStreams(
        terminal,
        async engine => {
          await writeTopics(engine, copied, file, terminal)
          return engine.missingSecret
        },
        { partitions: head.partitions },
      )
      await terminal.write(
        `${describeCopy(report)}, after ${secondsSince(startedAt)} s\nThe copy was taken ${head.takenAt}: it does not contain later records.\n${otherTopics.has(topics.checkpoints.name) ? signedLater : ''}`,
      )
      if (missingSecret !== undefined)
        terminal.tell(`${missingSecret} is missing. Put back the secret of this ledger before you start the engine`)
    })

/** The desks have lost the checkpoints after the end of the copy; the witnesses still have them. */
const signedLater =
  'If the engine had accepted later facts, witnesses have seen more than this ledger has. In that case set HOLDFAST_TREE_NUMBER to the next number, and inform the member countries.\n'

interface Copied {
  readonly head: CopyHead
  readonly digest: string
  /** The topics in it other than the ledger. */
  readonly otherTopics: ReadonlySet<string>
}

async function checkCopy(file: string, terminal: Terminal): Promise<Copied & { readonly report: CopyReport }> {
  const otherTopics = new Set<string>()
  const check = createCopyCheck()
  const digest = createDigest()
  let head: CopyHead | undefined
  for await (const record of recordsOf(file, terminal, read => {
    head = read
  })) {
    check.add(record)
    digest.add(record)
    if (record.topic !== undefined) otherTopics.add(record.topic)
  }
  if (!head) throw new Failure(`${file}: the file is empty`)
  return { head, digest: digest.hex(), otherTopics, report: check.finish() }
}

/** Yields the records of a copy. Throws Failure if it is not a copy, or is incomplete. */
async function* recordsOf(
  file: string,
  terminal: Terminal,
  onHead: (head: CopyHead) => void = () => undefined,
): AsyncGenerator<CopiedRecord> {
  const reader = createCopyReader()
  for await (const lines of readLines(file, terminal))
    for (const { number, text } of lines) {
      const read = reader.line(text)
      if (!read.ok) throw new Failure(`${file}, line ${number}: ${read.error}`)
      if (read.value) yield read.value
    }
  const problem = reader.problemAtEnd()
  if (problem !== undefined) throw new Failure(`${file}: ${problem}`)
  if (reader.head) onHead(reader.head)
}

/**
 * Writes each record at its original offset, so that stored offsets stay valid. Records the start and the end of the
 * restore, and no service starts in between. An interrupted restore continues: records that are already there are
 * compared with the copy.
 */
async function writeTopics({ streams, recordedAs }: EngineStreams, copied: Copied, file: string, terminal: Terminal): Promise<void> {
  const { head, digest } = copied
  const { openPartitionRecord } = await import('@holdfast/runtime')
  const record = await openPartitionRecord(streams, { now: terminal.now })
  const ledgers = [firstLedger, ...Object.keys(head.ledgers ?? {})].map(recordedAs)
  const unfinished = ledgers.map(record.unfinishedRestore).find(copy => copy !== undefined)
  if (unfinished && unfinished.copy !== digest)
    throw new Failure(
      `${streams.description}: the restore of another copy, of ${unfinished.takenAt}, is incomplete. Run it again with that file, or restore this one to an empty engine`,
    )
  await ensureTopics(streams, copied)
  if (!unfinished) {
    await refuseHistory(streams, copied)
    await record.add(...ledgers.map(topic => ({ topic, restore: 'begun', copy: digest, takenAt: head.takenAt }) as const))
  }
  const digestOfWritten = createDigest()
  const writers = new Map<string, Promise<PartitionWriter>>()
  let last: PartitionWriter | undefined
  for await (const copiedRecord of recordsOf(file, terminal)) {
    const { topic = firstLedger, partition } = copiedRecord
    digestOfWritten.add(copiedRecord)
    const place = `${topic} ${partition}`
    const writer = writers.get(place) ?? createPartitionWriter(streams, topic, partition)
    writers.set(place, writer)
    const current = await writer
    if (last !== current) await last?.flush()
    last = current
    await current.add(copiedRecord)
  }
  for (const writer of writers.values()) await (await writer).finish()
  if (digestOfWritten.hex() !== digest)
    throw new Failure(`${file} was changed during the restore. Run the restore again with the original copy`)
  await record.add(...ledgers.map(topic => ({ topic, restore: 'done', copy: digest, takenAt: head.takenAt }) as const))
}

async function ensureTopics(streams: Streams, { head, otherTopics }: Copied): Promise<void> {
  const known = [topics.work, topics.checkpoints]
  const ledgers = ledgersOf(head)
  const specs = [...otherTopics]
    .filter(name => !ledgers.has(name))
    .map(name => known.find(topic => topic.name === name) ?? workTopic(name.slice(topics.work.name.length + 1)))
  await streams.ensureTopics([...[...ledgers].map(([name, partitions]) => ({ ...topics.ledger, name, partitions })), ...specs])
  for (const [name, partitions] of ledgers) {
    const there = await streams.partitionCount(name)
    if (there !== partitions)
      throw new Failure(`${name} has ${there} partitions here, but ${partitions} in the copy. Delete the topic; the restore creates it`)
  }
}

/** All ledgers of a copy, and their partitions. */
const ledgersOf = ({ partitions, ledgers }: CopyHead): ReadonlyMap<string, number> =>
  new Map([[firstLedger, partitions], ...Object.entries(ledgers ?? {})])

async function refuseHistory(streams: Streams, { head, otherTopics }: Copied): Promise<void> {
  const ledgers = ledgersOf(head)
  for (const [name, partitions] of ledgers)
    for (let partition = 0; partition < partitions; partition++)
      if ((await streams.endOffset(name, partition)) > 0)
        throw new Failure(`${streams.description}: the ledger is not empty. Restore to an empty engine`)
  for (const name of [...otherTopics].filter(topic => !ledgers.has(topic)))
    if ((await streams.endOffset(name, 0)) > 0)
      throw new Failure(`${streams.description}: ${name} is not empty. Restore to an empty engine`)
}

type PartitionWriter = Awaited<ReturnType<typeof createPartitionWriter>>

/** Writes the records of one partition in order: compares those that are already there, and appends the others. */
async function createPartitionWriter(streams: Streams, topic: string, partition: number) {
  const there = await streams.endOffset(topic, partition)
  const stored = recordsIn(streams, topic, partition, there)
  const differs = () =>
    new Failure(`${streams.description}: partition ${partition} of ${topic} has records that this copy lacks. Restore to an empty engine`)
  let compared = 0
  let written = there
  let run: OutgoingRecord[] = []
  let bytes = 0

  async function flush(): Promise<void> {
    if (run.length === 0) return
    const records = run
    run = []
    bytes = 0
    if ((await streams.append(topic, partition, records)) !== written) throw differs()
    written += records.length
  }

  return {
    async add({ key, value }: CopiedRecord): Promise<void> {
      if (compared < there) {
        compared++
        const { value: found } = await stored.next()
        if (found?.key !== key || found.value !== value) throw differs()
        return
      }
      const weight = recordSize({ key, value })
      if (bytes + weight > appendBytesMax) await flush()
      run.push({ key, value })
      bytes += weight
    },
    flush,
    async finish(): Promise<void> {
      await flush()
      if (compared < there || (await streams.endOffset(topic, partition)) !== written) throw differs()
    },
  }
}

async function* recordsIn(streams: Streams, topic: string, partition: number, end: number): AsyncGenerator<StreamRecord, undefined> {
  for await (const records of streams.read(topic, partition, 0, end)) yield* records
  return undefined
}

/** A digest of a copy, by which an interrupted restore recognises it. */
function createDigest() {
  const hash = createHash('sha256')
  return {
    add: ({ topic = firstLedger, partition, key, value }: CopiedRecord) => void hash.update(JSON.stringify([topic, partition, key, value])),
    hex: (): string => hash.digest('hex'),
  }
}
