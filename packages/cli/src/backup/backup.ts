import { topics, workTopic } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { Command } from 'commander'
import { Failure, type Terminal } from '../terminal.ts'
import { writeAtomically } from '../write-atomically.ts'
import { ledgerName, withEngineStreams } from './engine-streams.ts'
import { type CopyReport, createCopyCheck, headOf } from './ledger-copy.ts'

const after = `
For who runs the engine: it reads the ledger itself, where the environment of the services names it: HOLDFAST_KAFKA_BROKERS and the rest, or HOLDFAST_DATA. On Kafka the engine goes on
meanwhile. An embedded engine keeps its file to itself: stop it first, or name a copy of its folder that the file system made at one instant.
The ledger, what desks did among themselves (the work topics) and what they have signed (the checkpoints) are all that has to be kept: everything else is made of them again ("holdfast restore"). The file is made for its user alone. Sealed words stay sealed in it, and are read with their keys alone: copy those after it, and to another place ("holdfast keys backup").
Exit code 1 when a history is not whole: the copy is there all the same, as it stands.

Examples:
  holdfast backup ledger-2026-11-25.jsonl
  HOLDFAST_DATA=/snapshots/today holdfast backup ledger.jsonl
`

/** `holdfast backup FILE`: a copy of the ledger, checked while it is made. */
export const backupCommand = (terminal: Terminal): Command =>
  new Command('backup')
    .description('copy the ledger into a file, and check the chain of every request')
    .argument('<file>', 'where to; one that is there is replaced once the copy is whole')
    .addHelpText('after', after)
    .action(async (file: string) => {
      const startedAt = performance.now()
      const report = await withEngineStreams(terminal, async ({ streams, recordedAs }) => {
        const partitions = await streams.partitionCount(ledgerName).catch(() => 0)
        if (partitions === 0) throw new Failure(`${streams.description}: there is no ledger`)
        await refuseUnfinishedRestore(streams, recordedAs, terminal)
        // Before the ends of the ledger: of what was signed each fact is in the copy.
        const signedEnds = await endsOfCheckpoints(streams)
        // What is written meanwhile is for the next copy: of each partition the same end is in all that this one says.
        const ends: number[] = []
        for (let partition = 0; partition < partitions; partition++) ends.push(await streams.endOffset(ledgerName, partition))
        const workEnds = await endsOfWork(streams)
        return writeCopy(file, async function* (check) {
          yield headOf(partitions, terminal.now())
          let count = 0
          for (const [partition, end] of ends.entries())
            for await (const records of streams.read(ledgerName, partition, 0, end))
              for (const { key, value } of records) {
                check.add({ value })
                count++
                yield { partition, key, value }
              }
          for (const [topic, end] of [...workEnds, ...signedEnds])
            for await (const records of streams.read(topic, 0, 0, end))
              for (const { key, value } of records) {
                check.add({ topic, value })
                count++
                yield { topic, partition: 0, key, value }
              }
          yield { records: count }
        })
      })
      printProblems(terminal, report)
      await terminal.write(`${describeCopy(report)} in ${file}, after ${secondsSince(startedAt)} s\n`)
    })

/** A part of a ledger would pass for a whole one. The record of partitions is made when a service first starts. */
async function refuseUnfinishedRestore(streams: Streams, recordedAs: string, terminal: Terminal): Promise<void> {
  if ((await streams.partitionCount(topics.partitions.name).catch(() => 0)) === 0) return
  const { openPartitionRecord, unfinishedRestoreText } = await import('@holdfast/runtime')
  const copy = (await openPartitionRecord(streams, { now: terminal.now })).unfinishedRestore(recordedAs)
  if (copy) throw new Failure(unfinishedRestoreText(recordedAs, copy))
}

/** The topics of the work of desks, and where each ends: one says of which countries there are some. None is there before a desk has started. */
async function endsOfWork(streams: Streams): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  if ((await streams.partitionCount(topics.work.name).catch(() => 0)) === 0) return ends
  ends.set(topics.work.name, await streams.endOffset(topics.work.name, 0))
  for await (const records of streams.read(topics.work.name, 0, 0, ends.get(topics.work.name) ?? 0))
    for (const { key } of records) {
      const { name } = workTopic(key)
      // It is put on record before it is made.
      if (!ends.has(name) && (await streams.partitionCount(name).catch(() => 0)) > 0) ends.set(name, await streams.endOffset(name, 0))
    }
  return ends
}

/** What the desks have signed. The topic is not there before a desk has started. */
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

/** Says what is wrong with a copy: with a problem in it, or a record that can't be read, the exit code is 1. */
export function printProblems(terminal: Terminal, { problems, problemCount, unreadable }: CopyReport): void {
  for (const { line, requestId, message } of problems)
    terminal.tell(`record ${line}: ${requestId.length === 2 ? 'the work of' : 'request'} ${requestId}: ${message}`)
  if (problemCount > problems.length) terminal.tell(`and ${problemCount - problems.length} more`)
  if (unreadable > 0) terminal.tell(`${unreadable} records can't be read`)
  if (problemCount + unreadable > 0) terminal.setExitCode(1)
}

/** A copy in one line: whether it is whole, and what it holds. */
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
  const verdict = problemCount + unreadable === 0 ? 'whole' : `NOT WHOLE, ${problemCount + unreadable} problems`
  const work = workCountries > 0 ? `; ${workEvents} events of the work of ${workCountries} ${workCountries === 1 ? 'desk' : 'desks'}` : ''
  return `${verdict}: ${records} records, ${facts} facts of ${requests} requests, the newest of ${newest ?? 'never'}${work}`
}

export const secondsSince = (startedAt: number): string => ((performance.now() - startedAt) / 1000).toFixed(1)
