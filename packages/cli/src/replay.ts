import { fold, type RequestSnapshot, viewOf } from '@holdfast/lifecycle'
import { type Fact, isRefusedCommand, jsonLine, readLedgerRecord } from '@holdfast/schemas'
import { Command } from 'commander'
import { parseInstant } from './check.ts'
import { nameOf, readLines } from './input.ts'
import { requestsTable } from './requests-table.ts'
import type { Terminal } from './terminal.ts'

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
      const { snapshots, counts } = replay

      if (json) for (const snapshot of snapshots.values()) await terminal.write(jsonLine(viewOf(snapshot)))
      else if (snapshots.size > 0) await terminal.write(requestsTable([...snapshots.values()].map(viewOf)))

      terminal.tell(`${nameOf(file)}: ${counts.folded} facts of ${snapshots.size} requests`)
      if (counts.later > 0) terminal.tell(`${counts.later} later facts were left out`)
      if (counts.noise > 0) terminal.tell(`${counts.noise} repeats or latecomers were dropped`)
      if (counts.refused > 0) terminal.tell(`${counts.refused} refused commands changed nothing`)
      if (counts.unreadable > 0) terminal.tell(`${counts.unreadable} lines are not facts`)
      if (counts.orphaned > 0) terminal.tell(`${counts.orphaned} facts could not be folded: facts before them are missing or were changed`)
      if (counts.unreadable + counts.orphaned > 0) terminal.setExitCode(1)
    })

function createReplay(until: Date | undefined) {
  const snapshots = new Map<string, RequestSnapshot>()
  const counts = { folded: 0, later: 0, noise: 0, orphaned: 0, unreadable: 0, refused: 0 }

  function foldOne(fact: Fact): void {
    const last = snapshots.get(fact.subject)
    const { accepted, snapshot } = fold(last, fact)
    if (accepted && snapshot) {
      snapshots.set(fact.subject, snapshot)
      counts.folded++
    } else if (fact.sequence <= (last?.sequence ?? 0)) counts.noise++
    else counts.orphaned++
  }

  return {
    snapshots,
    counts,
    add(text: string): void {
      const entry = readLedgerRecord(text)
      if (!entry.ok) counts.unreadable++
      else if (until && Date.parse(entry.value.time) > until.getTime()) counts.later++
      // It changes nothing, whether or not it was to be taken.
      else if (isRefusedCommand(entry.value)) counts.refused++
      else foldOne(entry.value)
    },
  }
}
