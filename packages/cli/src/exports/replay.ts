import { type AnyState, type BasicSummary, type Snapshot, UnknownKindError, type Workflow } from '@holdfast/core'
import {
  isExportProof,
  isFeatureLevelRaised,
  isRefusedCommand,
  jsonLine,
  type LedgerFact,
  type Position,
  type RefusedCommand,
  readLedgerRecord,
  wasRefused,
} from '@holdfast/schemas'
import { Command } from 'commander'
import { nameOf, readLines } from '../input.ts'
import { parseInstant } from '../parse-instant.ts'
import type { Terminal } from '../terminal.ts'

/** A workflow whose requests are replayed, and how their views are printed. */
export interface ReplayedWorkflow {
  readonly workflow: Pick<Workflow, 'evolve' | 'evolveByRefusal' | 'views'>
  readonly tableOf: (views: readonly object[]) => string
}

interface ReplayOptions {
  readonly until?: Date
  readonly json?: boolean
}

const after = `
Exit code 1 if a line is not a fact or a history has a gap; "holdfast verify" shows where.

Examples:
  holdfast replay facts.jsonl
  holdfast replay facts.jsonl --until 2024-07-25T12:00:00Z
  holdfast replay facts.jsonl --json | jq 'select(.phase == "frozen")'
`

/**
 * `holdfast replay FILE`: derives the states of an export again with the engine's code, and prints the last state of
 * each request.
 */
export const replayCommand = (terminal: Terminal, { workflow, tableOf }: ReplayedWorkflow): Command =>
  new Command('replay')
    .description('derive the last state of each request from an export, offline')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option('--until <instant>', 'ignore facts after this instant', parseInstant)
    .option('--json', 'print one JSON text per request')
    .addHelpText('after', after)
    .action(async (file: string, { until, json = false }: ReplayOptions) => {
      const replay = createReplay(workflow, until)
      for await (const lines of readLines(file, terminal)) for (const { text } of lines) replay.add(text)
      const { counts } = replay
      const views = replay.views()

      if (json) for (const view of views) await terminal.write(jsonLine(view))
      else if (views.length > 0) await terminal.write(tableOf(views))

      terminal.tell(`${nameOf(file)}: ${counts.applied} facts of ${views.length} requests`)
      if (counts.unknown > 0)
        terminal.tell(
          `${counts.unknown} facts are of types that a newer version wrote. The states of their requests are those stated in the facts, not derived here`,
        )
      if (counts.later > 0) terminal.tell(`${counts.later} later facts were ignored`)
      if (counts.noise > 0) terminal.tell(`${counts.noise} repeated or late facts were dropped`)
      if (counts.refused > 0) terminal.tell(`${counts.refused} refused commands changed nothing`)
      if (counts.unreadable > 0) terminal.tell(`${counts.unreadable} lines are not facts`)
      if (counts.orphaned > 0) terminal.tell(`${counts.orphaned} facts could not be applied: earlier facts are missing or were changed`)
      if (counts.unreadable + counts.orphaned > 0) terminal.setExitCode(1)
    })

/** The state of a request as derived from its facts; from a fact of an unknown type on, as the facts state it. */
type Replayed = { readonly snapshot: Snapshot<AnyState> } | { readonly stated: BasicSummary }

function createReplay(
  { evolve, evolveByRefusal, views: { evolveSummary, evolveSummaryByRefusal, summaryOf, viewOf } }: ReplayedWorkflow['workflow'],
  until: Date | undefined,
) {
  const requests = new Map<string, Replayed>()
  const counts = { applied: 0, later: 0, noise: 0, orphaned: 0, unreadable: 0, refused: 0, unknown: 0 }

  function applyOne(fact: LedgerFact): void {
    const last = requests.get(fact.subject)
    const next = stepOf(last, fact)
    if (next) {
      requests.set(fact.subject, next)
      counts.applied++
      if ('stated' in next) counts.unknown++
    } else if (isDropped(positionOf(last), fact)) counts.noise++
    else counts.orphaned++
  }

  /** Changes nothing, except that a fact of the same command is dropped. */
  function refuseOne(refused: RefusedCommand): void {
    counts.refused++
    const last = requests.get(refused.subject)
    const next = last && refusedAfter(last, refused)
    if (next) requests.set(refused.subject, next)
  }

  /** Returns undefined if the fact is not the next one. */
  function stepOf(last: Replayed | undefined, fact: LedgerFact): Replayed | undefined {
    if (last && 'stated' in last) return followed(last.stated, fact)
    try {
      const { accepted, snapshot } = evolve(last?.snapshot, fact)
      return accepted && snapshot ? { snapshot } : undefined
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error
      return followed(last && summaryOf(last.snapshot), fact)
    }
  }

  function followed(before: BasicSummary | undefined, fact: LedgerFact): Replayed | undefined {
    const { accepted, summary: stated } = evolveSummary(before, fact)
    return accepted && stated ? { stated } : undefined
  }

  function refusedAfter(last: Replayed, refused: RefusedCommand): Replayed | undefined {
    if ('stated' in last) {
      const { summary: stated } = evolveSummaryByRefusal(last.stated, refused)
      return stated && { stated }
    }
    const { snapshot } = evolveByRefusal(last.snapshot, refused)
    return snapshot && { snapshot }
  }

  return {
    counts,
    views: (): object[] =>
      [...requests.values()].map(replayed => viewOf('snapshot' in replayed ? summaryOf(replayed.snapshot) : replayed.stated)),
    add(text: string): void {
      if (isExportProof(text)) return
      const entry = readLedgerRecord(text)
      if (!entry.ok) counts.unreadable++
      else if (until && Date.parse(entry.value.time) > until.getTime()) counts.later++
      else if (isRefusedCommand(entry.value)) refuseOne(entry.value)
      else if (!isFeatureLevelRaised(entry.value)) applyOne(entry.value)
    },
  }
}

/**
 * A fact of a delayed writer, which every reader drops. Any other fact that is not the next one has lost a predecessor.
 */
const isDropped = (last: Position | undefined, { sequence, causationid }: LedgerFact): boolean =>
  last !== undefined && (sequence <= last.sequence || wasRefused(last.refusals, causationid))

const positionOf = (replayed: Replayed | undefined) => replayed && ('snapshot' in replayed ? replayed.snapshot : replayed.stated)
