import { isLevelRaised, isRefusedCommand, jsonLine, printable, readLedgerRecord } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import { Command } from 'commander'
import { nameOf, readLines } from './input.ts'
import type { Terminal } from './terminal.ts'
import { createOutcomeVerifier, type OutcomeReport } from './verify-outcomes.ts'
import { verifyWork } from './verify-work.ts'

interface VerifyOptions {
  readonly ledger?: boolean
  readonly chain?: boolean
  readonly work?: boolean
  readonly json?: boolean
}

/** Lines that are no facts at all are named up to this many; the rest is counted. */
const unreadableMax = 1000

const after = `
Finds a changed fact, a missing one, another order, a second version, and a fact that led to something else than it says: each history is folded again by the code that the engine
runs. Exit code 1 with each problem named.
A history that was cut short at its end, or rewritten up to its end, can only be shown by comparing it with another copy.

Examples:
  holdfast export --member SG > facts.jsonl
  holdfast verify facts.jsonl
  holdfast verify --ledger topic.jsonl     records of freeze.ledger as they lie there, noise included
  holdfast verify --chain facts.jsonl      the chain alone: a fifth of the memory, and no outcome is checked
  holdfast verify --work work.jsonl        what the desk of a country did among itself: GET /v1/work-log
`

/** `holdfast verify FILE`: checks the chain of every request in an exported stream, of any size. */
export const verifyCommand = (terminal: Terminal): Command =>
  new Command('verify')
    .description('check the hash chain and the stated outcomes of every request in an exported stream; needs no engine')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option('--ledger', 'the file is a copy of the ledger itself: repeats, latecomers and refused commands are counted and are no problem')
    .option('--chain', 'check the chain alone, and not what the facts say that they led to')
    .option('--work', 'the file is the work log of a desk')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', after)
    .action(async (file: string, { ledger = false, chain = false, work = false, json = false }: VerifyOptions) => {
      if (work) return verifyWork(file, json, terminal)
      const verifier = createChainVerifier({ strict: !ledger })
      const outcomes = chain ? undefined : createOutcomeVerifier()
      const unreadable: Array<{ line: number; message: string }> = []
      let unreadableCount = 0
      let refused = 0
      for await (const lines of readLines(file, terminal))
        for (const { number, text } of lines) {
          const entry = readLedgerRecord(text)
          if (entry.ok && !isRefusedCommand(entry.value) && !isLevelRaised(entry.value)) {
            verifier.add(entry.value, number)
            outcomes?.add(entry.value, number)
          }
          // Beside the facts of a ledger; an export has facts alone.
          else if (entry.ok && ledger) {
            if (!isRefusedCommand(entry.value)) continue
            verifier.addRefused(entry.value)
            outcomes?.addRefused(entry.value)
            refused++
          } else if (++unreadableCount <= unreadableMax)
            unreadable.push({
              line: number,
              message: `not a fact: ${entry.ok ? (isRefusedCommand(entry.value) ? 'a refused command' : 'a level') : entry.error}`,
            })
        }
      const report = verifier.finish()
      const stated = outcomes?.finish()
      const problems = [...report.problems, ...(stated?.problems ?? []), ...unreadable].sort((a, b) => a.line - b.line)
      const problemCount = report.problemCount + (stated?.problemCount ?? 0) + unreadableCount
      // An empty file proves nothing: more likely the export before it failed.
      if (problemCount > 0 || report.facts === 0) terminal.setExitCode(1)
      if (json) return terminal.write(jsonLine({ ...report, ...(stated ? { outcomes: countsOf(stated) } : {}), problems, problemCount }))

      for (const problem of problems) {
        const request = 'requestId' in problem ? ` request ${problem.requestId}:` : ''
        terminal.tell(`line ${problem.line}:${request} ${problem.message}`)
      }
      if (problemCount > problems.length) terminal.tell(`and ${problemCount - problems.length} more`)
      const { repeats, latecomers } = report.dropped
      const noise = ledger
        ? `; ${repeats} repeats and ${latecomers} latecomers changed nothing${refused > 0 ? `, ${refused} commands were refused` : ''}`
        : ''
      const isEmpty = report.facts + problemCount === 0
      const verdict = isEmpty
        ? 'NOTHING TO VERIFY'
        : problemCount === 0
          ? 'intact'
          : `NOT INTACT, ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}`
      await terminal.write(
        `${printable(nameOf(file))}: ${verdict}: ${report.facts} facts of ${report.requests} requests${noise}${wordsOf(stated)}\n`,
      )
    })

const countsOf = ({ proved, silent, opaque }: OutcomeReport) => ({ proved, silent, opaque })

function wordsOf(stated: OutcomeReport | undefined): string {
  if (!stated) return '; what they led to was not checked'
  const { proved, silent, opaque } = stated
  return [
    proved > 0 ? `; ${proved} led to what they say` : '',
    silent > 0 ? `; ${silent} of an older ledger do not say what they led to` : '',
    opaque > 0 ? `; ${opaque} requests hold facts of a newer version: their chain was checked, and their outcome was not` : '',
  ].join('')
}
