import { topics, workTopic } from '@holdfast/schemas'
import { appendBytesMax, type OutgoingRecord, type Streams, weightOf } from '@holdfast/streams'
import { Command } from 'commander'
import { readLines } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { secondsSince, tellProblems, wordsOf } from './backup.ts'
import { ledgerName, withEngineStreams } from './engine-streams.ts'
import { type CopiedRecord, type CopyHead, type CopyReport, createCopyCheck, createCopyReader } from './ledger-copy.ts'

const after = `
For who runs the engine, before its services are started: the ledger has to be empty, where their environment names it. The copy is read and checked whole before anything is written.
Everything else is made of the ledger once the services run. Nothing that lies in it goes out again; orders that nobody has answered are put among the dead letters.
What came after the newest fact of the copy is lost: ask members to send again what they have a receipt for since then, with the same keys.
Exit code 1 when the copy is not whole: nothing is written then.

Examples:
  holdfast restore ledger-2026-11-25.jsonl
  HOLDFAST_DATA=/srv/holdfast holdfast restore ledger.jsonl
`

/** `holdfast restore FILE`: writes a copy of the ledger into an engine that has none. */
export const restoreCommand = (terminal: Terminal): Command =>
  new Command('restore')
    .description('write a copy of the ledger into an engine that is empty')
    .argument('<file>', 'a copy that "holdfast backup" made')
    .addHelpText('after', after)
    .action(async (file: string) => {
      const startedAt = performance.now()
      const { head, report, otherTopics } = await checkCopy(file, terminal)
      tellProblems(terminal, report)
      if (report.problemCount + report.unreadable > 0)
        return terminal.tell(`holdfast: ${file} is not whole (${wordsOf(report)}): nothing was written`)
      await withEngineStreams(terminal, streams => writeTopics(streams, { head, otherTopics }, file, terminal), {
        partitions: head.partitions,
      })
      await terminal.write(
        `${wordsOf(report)}, after ${secondsSince(startedAt)} s\nThe copy was taken ${head.takenAt}: what came later is not in it.\n${otherTopics.has(topics.checkpoints.name) ? signedLater : ''}`,
      )
    })

/** Desks don't know any more what was signed behind the end of the copy, and witnesses do. */
const signedLater =
  'Where the engine had accepted anything after that, the witnesses have seen more than this ledger has: set HOLDFAST_TREE_NUMBER to the next number, and tell the member countries.\n'

interface Copied {
  readonly head: CopyHead
  /** The topics that are in it beside the ledger. */
  readonly otherTopics: ReadonlySet<string>
}

async function checkCopy(file: string, terminal: Terminal): Promise<Copied & { readonly report: CopyReport }> {
  const otherTopics = new Set<string>()
  const check = createCopyCheck()
  let head: CopyHead | undefined
  for await (const record of recordsOf(file, terminal, read => {
    head = read
  })) {
    check.add(record)
    if (record.topic !== undefined) otherTopics.add(record.topic)
  }
  if (!head) throw new Failure(`${file}: it is empty`)
  return { head, otherTopics, report: check.finish() }
}

/** The records of a copy. Throws Failure for one that is none, or was cut. */
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

/** Each record comes to the place where it lay, so that what was noted of places still holds. */
async function writeTopics(streams: Streams, { head, otherTopics }: Copied, file: string, terminal: Terminal): Promise<void> {
  const { partitions } = head
  const known = [topics.work, topics.checkpoints]
  const specs = [...otherTopics].map(name => known.find(topic => topic.name === name) ?? workTopic(name.slice(topics.work.name.length + 1)))
  await streams.ensureTopics([topics.ledger, ...specs])
  const there = await streams.partitionCount(ledgerName)
  if (there !== partitions)
    throw new Failure(
      `${ledgerName} has ${there} partitions here, and the copy is of ${partitions}: remove it, and it is made with as many`,
    )
  for (let partition = 0; partition < partitions; partition++)
    if ((await streams.endOffset(ledgerName, partition)) > 0)
      throw new Failure(`${streams.description}: the ledger is not empty, and nothing is written into one that has a history`)
  for (const name of otherTopics)
    if ((await streams.endOffset(name, 0)) > 0)
      throw new Failure(`${streams.description}: ${name} is not empty, and nothing is written into one that has a history`)
  let run: OutgoingRecord[] = []
  let bytes = 0
  let at = { name: ledgerName as string, partition: 0 }
  async function flush(): Promise<void> {
    if (run.length > 0) await streams.append(at.name, at.partition, run)
    run = []
    bytes = 0
  }
  for await (const { topic: name = ledgerName, partition, key, value } of recordsOf(file, terminal)) {
    const weight = weightOf({ key, value })
    if (name !== at.name || partition !== at.partition || bytes + weight > appendBytesMax) await flush()
    at = { name, partition }
    run.push({ key, value })
    bytes += weight
  }
  await flush()
}
