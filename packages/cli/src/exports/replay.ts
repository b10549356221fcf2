import {
  evolve,
  evolveByRefusal,
  evolveSummary,
  evolveSummaryByRefusal,
  type RequestSnapshot,
  type RequestSummary,
  summaryOf,
  UnknownKindError,
  viewOf,
  viewOfSummary,
} from '@holdfast/lifecycle'
import {
  type Fact,
  isExportProof,
  isFeatureLevelRaised,
  isRefusedCommand,
  jsonLine,
  type Position,
  type RefusedCommand,
  type RequestView,
  readLedgerRecord,
  type UnknownFact,
  wasRefused,
} from '@holdfast/schemas'
import { Command } from 'commander'
import { nameOf, readLines } from '../input.ts'
import { parseInstant } from '../requests/check.ts'
import { requestsTable } from '../requests/requests-table.ts'
import type { Terminal } from '../terminal.ts'

interface ReplayOptions {
  readonly until?: Date
  readonly json?: boolean
}

const after = `
Exit code 1 when lines are not facts or a history has a hole; "holdfast verify" says where.

Examples:
  holdfast replay facts.jsonl
  holdfast replay facts.jsonl --until 2024-07-25T12:00:00Z
  holdfast replay facts.jsonl --json | jq 'select(.phase == "frozen")'
`

/** `holdfast replay FILE`: folds an exported stream again, by the same code that the engine runs, and prints where each request ended. */
export const replayCommand = (terminal: Terminal): Command =>
  new Command('replay')
    .description('fold an exported stream again and print the end state of each request; needs no engine')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option('--until <instant>', 'leave out what happened after this instant', parseInstant)
    .option('--json', 'print one JSON text per request')
    .addHelpText('after', after)
    .action(async (file: string, { until, json = false }: ReplayOptions) => {
      const replay = createReplay(until)
      for await (const lines of readLines(file, terminal)) for (const { text } of lines) replay.add(text)
      const { counts } = replay
      const views = replay.views()

      if (json) for (const view of views) await terminal.write(jsonLine(view))
      else if (views.length > 0) await terminal.write(requestsTable(views))

      terminal.tell(`${nameOf(file)}: ${counts.folded} facts of ${views.length} requests`)
      if (counts.unknown > 0)
        terminal.tell(
          `${counts.unknown} facts are of kinds that a newer version wrote: how those requests stand is what the facts say, and was not folded here`,
        )
      if (counts.later > 0) terminal.tell(`${counts.later} later facts were left out`)
      if (counts.noise > 0) terminal.tell(`${counts.noise} repeats or latecomers were dropped`)
      if (counts.refused > 0) terminal.tell(`${counts.refused} refused commands changed nothing`)
      if (counts.unreadable > 0) terminal.tell(`${counts.unreadable} lines are not facts`)
      if (counts.orphaned > 0) terminal.tell(`${counts.orphaned} facts could not be folded: facts before them are missing or were changed`)
      if (counts.unreadable + counts.orphaned > 0) terminal.setExitCode(1)
    })

/** A request as its facts lead to it; from a fact of an unknown kind on, as its facts say that it stands. */
type Replayed = { readonly snapshot: RequestSnapshot } | { readonly standing: RequestSummary }

function createReplay(until: Date | undefined) {
  const requests = new Map<string, Replayed>()
  const counts = { folded: 0, later: 0, noise: 0, orphaned: 0, unreadable: 0, refused: 0, unknown: 0 }

  function foldOne(fact: Fact | UnknownFact): void {
    const last = requests.get(fact.subject)
    const next = stepOf(last, fact)
    if (next) {
      requests.set(fact.subject, next)
      counts.folded++
      if ('standing' in next) counts.unknown++
    } else if (isDropped(positionOf(last), fact)) counts.noise++
    else counts.orphaned++
  }

  /** It changes nothing, but that a fact of the same command is dropped. */
  function refuseOne(refused: RefusedCommand): void {
    counts.refused++
    const last = requests.get(refused.subject)
    const next = last && refusedAfter(last, refused)
    if (next) requests.set(refused.subject, next)
  }

  return {
    counts,
    views: (): RequestView[] =>
      [...requests.values()].map(replayed => ('snapshot' in replayed ? viewOf(replayed.snapshot) : viewOfSummary(replayed.standing))),
    add(text: string): void {
      if (isExportProof(text)) return
      const entry = readLedgerRecord(text)
      if (!entry.ok) counts.unreadable++
      else if (until && Date.parse(entry.value.time) > until.getTime()) counts.later++
      else if (isRefusedCommand(entry.value)) refuseOne(entry.value)
      else if (!isFeatureLevelRaised(entry.value)) foldOne(entry.value)
    },
  }
}

/** Undefined where the fact is not the next one. */
function stepOf(last: Replayed | undefined, fact: Fact | UnknownFact): Replayed | undefined {
  if (last && 'standing' in last) return followed(last.standing, fact)
  try {
    const { accepted, snapshot } = evolve(last?.snapshot, fact)
    return accepted && snapshot ? { snapshot } : undefined
  } catch (error) {
    if (!(error instanceof UnknownKindError)) throw error
    return followed(last && summaryOf(last.snapshot), fact)
  }
}

function followed(before: RequestSummary | undefined, fact: Fact | UnknownFact): Replayed | undefined {
  const { accepted, standing } = evolveSummary(before, fact)
  return accepted && standing ? { standing } : undefined
}

function refusedAfter(last: Replayed, refused: RefusedCommand): Replayed | undefined {
  if ('standing' in last) {
    const { standing } = evolveSummaryByRefusal(last.standing, refused)
    return standing && { standing }
  }
  const { snapshot } = evolveByRefusal(last.snapshot, refused)
  return snapshot && { snapshot }
}

/** Of a writer that was late, as every reader drops it; whatever else is not the next fact misses one before it. */
const isDropped = (last: Position | undefined, { sequence, causationid }: Fact | UnknownFact): boolean =>
  last !== undefined && (sequence <= last.sequence || wasRefused(last.refusals, causationid))

const positionOf = (replayed: Replayed | undefined) => replayed && ('snapshot' in replayed ? replayed.snapshot : replayed.standing)
