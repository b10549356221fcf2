import type { PartitionRecord } from '@holdfast/runtime'
import { topics, workTopic } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { Command } from 'commander'
import { firstLedger, otherLedgersIn } from '../ledgers.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { writeAtomically } from '../write-atomically.ts'
import { withEngineStreams } from './engine-streams.ts'
import { type CopyReport, createCopyCheck, headOf } from './ledger-copy.ts'

const after = `
For operators. It reads the ledger directly, with the settings of the services: HOLDFAST_KAFKA_BROKERS and the others, or HOLDFAST_DATA. With Kafka, the engine
keeps running. An embedded engine locks its file: stop it first, or name a file system snapshot of its folder.
The file holds the ledgers of all workflows, the work topics of the desks, and the checkpoints they signed. All other data can be rebuilt from these ("holdfast restore"). Only its
user can read the file. Personal data stays encrypted in it: copy the keys after it, and to another location ("holdfast keys backup").
Exit code 1 if a history is not intact: the copy is written as it is.

Examples:
  holdfast backup ledger-2026-11-25.jsonl
  HOLDFAST_DATA=/snapshots/today holdfast backup ledger.jsonl
`

/** `holdfast backup FILE`: copies the ledger, and verifies it meanwhile. */
export const backupCommand = (terminal: Terminal): Command =>
  new Command('backup')
    .description('copy the ledger to a file, and verify the chain of every request (operators)')
    .argument('<file>', 'the target; an existing file is replaced once the copy is complete')
    .addHelpText('after', after)
    .action(async (file: string) => {
      const startedAt = performance.now()
      const report = await withEngineStreams(terminal, async ({ streams, recordedAs, ledgerNumber }) => {
        const partitions = await streams.partitionCount(firstLedger).catch(() => 0)
        if (partitions === 0) throw new Failure(`${streams.description}: there is no ledger`)
        const record = await recordOf(streams, terminal)
        const ledgers = await otherLedgers(streams, record, ledgerNumber)
        await refuseUnfinishedRestore(record, [firstLedger, ...ledgers.keys()].map(recordedAs))
        // Read before the ends of the ledger, so that the copy has each fact that was signed.
        const signedEnds = await endsOfCheckpoints(streams)
        // Later records are left to the next copy. All parts of this one use the same end of each partition.
        const ends = await endsOf(streams, firstLedger, partitions)
        const otherEnds: [ledger: string, ends: readonly number[]][] = []
        for (const [ledger, count] of ledgers) otherEnds.push([ledger, await endsOf(streams, ledger, count)])
        const workEnds = await endsOfWork(streams)
        return writeCopy(file, async function* (check) {
          yield headOf(partitions, terminal.now(), Object.fromEntries(ledgers))
          let count = 0
          for (const [partition, end] of ends.entries())
            for await (const records of streams.read(firstLedger, partition, 0, end))
              for (const { key, value } of records) {
                check.add({ value })
                count++
                yield { partition, key, value }
              }
          const others = [...otherEnds, ...[...workEnds, ...signedEnds].map(([topic, end]) => [topic, [end]] as const)]
          for (const [topic, endsOfTopic] of others)
            for (const [partition, end] of endsOfTopic.entries())
              for await (const records of streams.read(topic, partition, 0, end))
                for (const { key, value } of records) {
                  check.add({ topic, value })
                  count++
                  yield { topic, partition, key, value }
                }
          yield { records: count }
        })
      })
      printProblems(terminal, report)
      await terminal.write(`${describeCopy(report)} in ${file}, after ${secondsSince(startedAt)} s\n`)
    })

/** The record of partitions is made when a service first starts. */
async function recordOf(streams: Streams, terminal: Terminal): Promise<PartitionRecord | undefined> {
  if ((await streams.partitionCount(topics.partitions.name).catch(() => 0)) === 0) return undefined
  const { openPartitionRecord } = await import('@holdfast/runtime')
  return openPartitionRecord(streams, { now: terminal.now })
}

/** The ledgers of other workflows, and their partitions. */
async function otherLedgers(streams: Streams, record: PartitionRecord | undefined, number: number): Promise<ReadonlyMap<string, number>> {
  const ledgers = new Map<string, number>()
  if (record) for (const name of otherLedgersIn(record, number)) ledgers.set(name, await streams.partitionCount(name))
  return ledgers
}

async function endsOf(streams: Streams, topic: string, partitions: number): Promise<readonly number[]> {
  const ends: number[] = []
  for (let partition = 0; partition < partitions; partition++) ends.push(await streams.endOffset(topic, partition))
  return ends
}

/** A half-restored ledger would look complete. */
async function refuseUnfinishedRestore(record: PartitionRecord | undefined, ledgers: readonly string[]): Promise<void> {
  const { unfinishedRestoreText } = await import('@holdfast/runtime')
  for (const ledger of ledgers) {
    const copy = record?.unfinishedRestore(ledger)
    if (copy) throw new Failure(unfinishedRestoreText(ledger, copy))
  }
}

/** The work topics of the desks, and their end offsets. A topic is missing until its desk has first started. */
async function endsOfWork(streams: Streams): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  if ((await streams.partitionCount(topics.work.name).catch(() => 0)) === 0) return ends
  ends.set(topics.work.name, await streams.endOffset(topics.work.name, 0))
  for await (const records of streams.read(topics.work.name, 0, 0, ends.get(topics.work.name) ?? 0))
    for (const { key } of records) {
      const { name } = workTopic(key)
      // The topic is recorded before it is created.
      if (!ends.has(name) && (await streams.partitionCount(name).catch(() => 0)) > 0) ends.set(name, await streams.endOffset(name, 0))
    }
  return ends
}

/** The end offsets of the signed checkpoints. The topic is missing until a desk has first started. */
async function endsOfCheckpoints(streams: Streams): Promise<Map<string, number>> {
  const { name } = topics.checkpoints
  if ((await streams.partitionCount(name).catch(() => 0)) === 0) return new Map()
  return new Map([[name, await streams.endOffset(name, 0)]])
}

async function writeCopy(file: string, lines: (check: ReturnType<typeof createCopyCheck>) => AsyncGenerator<object>): Promise<CopyReport> {
  const check = createCopyCheck()
  await writeAtomically(file, texts(lines(check)))
  return check.finish()
}

async function* texts(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield JSON.stringify(line)
}

/** Prints the problems of a copy. Sets exit code 1 if there are any. */
export function printProblems(terminal: Terminal, { problems, problemCount, unreadable }: CopyReport): void {
  for (const { line, requestId, message } of problems)
    terminal.tell(`record ${line}: ${requestId.length === 2 ? 'the work of' : 'request'} ${requestId}: ${message}`)
  if (problemCount > problems.length) terminal.tell(`and ${problemCount - problems.length} more`)
  if (unreadable > 0) terminal.tell(`${unreadable} records cannot be read`)
  if (problemCount + unreadable > 0) terminal.setExitCode(1)
}

/** Describes a copy in one line: whether it is intact, and what it holds. */
export function describeCopy({
  records,
  facts,
  requests,
  newest,
  problemCount,
  unreadable,
  workEvents,
  workCountries,
}: CopyReport): string {
  const verdict = problemCount + unreadable === 0 ? 'intact' : `NOT INTACT, ${problemCount + unreadable} problems`
  const work = workCountries > 0 ? `; ${workEvents} events of the work of ${workCountries} ${workCountries === 1 ? 'desk' : 'desks'}` : ''
  return `${verdict}: ${records} records, ${facts} facts of ${requests} requests, the newest of ${newest ?? 'never'}${work}`
}

export const secondsSince = (startedAt: number): string => ((performance.now() - startedAt) / 1000).toFixed(1)
