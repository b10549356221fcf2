import { isRefusedCommand, jsonLine, printable, readLedgerRecord } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import { Command } from 'commander'
import { nameOf, readLines } from './input.ts'
import type { Terminal } from './terminal.ts'

interface VerifyOptions {
  readonly ledger?: boolean
  readonly json?: boolean
}

/** Lines that are no facts at all are named up to this many; the rest is counted. */
const unreadableMax = 1000

const after = `
Finds a changed fact, a missing one, another order, a second version. Exit code 1 with each problem named.
A history that was cut short at its end, or rewritten up to its end, can only be shown by comparing it with another copy.

Examples:
  holdfast export --member SG > facts.jsonl
  holdfast verify facts.jsonl
  holdfast verify --ledger topic.jsonl     records of freeze.ledger as they lie there, noise included
`

/** `holdfast verify FILE`: checks the chain of every request in an exported stream, of any size. */
export const verifyCommand = (terminal: Terminal): Command =>
  new Command('verify')
    .description('check the hash chain of every request in an exported stream; needs no engine')
    .argument('<file>', 'facts, one JSON text per line, or - for standard input')
    .option('--ledger', 'the file is a copy of the ledger itself: repeats, latecomers and refused commands are counted and are no problem')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', after)
    .action(async (file: string, { ledger = false, json = false }: VerifyOptions) => {
      const verifier = createChainVerifier({ strict: !ledger })
      const unreadable: Array<{ line: number; message: string }> = []
      let unreadableCount = 0
      let refused = 0
      for await (const lines of readLines(file, terminal))
        for (const { number, text } of lines) {
          const entry = readLedgerRecord(text)
          if (entry.ok && !isRefusedCommand(entry.value)) verifier.add(entry.value, number)
          // Beside the facts of a ledger; an export has facts alone.
          else if (entry.ok && ledger) refused++
          else if (++unreadableCount <= unreadableMax)
            unreadable.push({ line: number, message: `not a fact: ${entry.ok ? 'a refused command' : entry.error}` })
        }
      const report = verifier.finish()
      const problems = [...report.problems, ...unreadable].sort((a, b) => a.line - b.line)
      const problemCount = report.problemCount + unreadableCount
      // An empty file proves nothing: more likely the export before it failed.
      if (problemCount > 0 || report.facts === 0) terminal.setExitCode(1)
      if (json) return terminal.write(jsonLine({ ...report, problems, problemCount }))

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
      await terminal.write(`${printable(nameOf(file))}: ${verdict}: ${report.facts} facts of ${report.requests} requests${noise}\n`)
    })
