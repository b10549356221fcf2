import { isRedacted, jsonLine, parseForeignJson, printable, readWorkEvent } from '@holdfast/schemas'
import { createWorkVerifier } from '@holdfast/trust'
import { nameOf, readLines } from '../input.ts'
import type { Terminal } from '../terminal.ts'

/** Up to this many lines that are not events are listed; the rest is counted. */
const unreadableMax = 1000

/**
 * Verifies the chain of the work log of a desk (`GET /v1/work-log`). Redacted events do not break it, and are counted.
 */
export async function verifyWork(file: string, json: boolean, terminal: Terminal): Promise<void> {
  const verifier = createWorkVerifier()
  const unreadable: Array<{ line: number; message: string }> = []
  let unreadableCount = 0
  let redacted = 0
  for await (const lines of readLines(file, terminal))
    for (const { number, text } of lines) {
      const event = readWorkEvent(text, parseForeignJson)
      if (event.ok) {
        verifier.add(event.value, number)
        if (isRedacted(event.value.data)) redacted++
      } else if (++unreadableCount <= unreadableMax) unreadable.push({ line: number, message: `not a work event: ${event.error}` })
    }
  const { facts: events, problemCount: chainCount, problems: found, requests: countries } = verifier.finish()
  const chained = found.map(({ line, requestId: country, message }) => ({ line, country, message }))
  const problems = [...chained, ...unreadable].sort((a, b) => a.line - b.line)
  const problemCount = chainCount + unreadableCount
  if (problemCount > 0 || events === 0) terminal.setExitCode(1)
  if (json) return terminal.write(jsonLine({ events, countries, redacted, problems, problemCount }))
  for (const problem of problems)
    terminal.tell(`line ${problem.line}:${'country' in problem ? ` the work of ${problem.country}:` : ''} ${problem.message}`)
  if (problemCount > problems.length) terminal.tell(`and ${problemCount - problems.length} more`)
  const verdict =
    events + problemCount === 0
      ? 'NOTHING TO VERIFY'
      : problemCount === 0
        ? 'intact'
        : `NOT INTACT, ${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}`
  await terminal.write(
    `${printable(nameOf(file))}: ${verdict}: ${events} events of the work of ${countries === 1 ? 'a desk' : `${countries} desks`}${redacted > 0 ? `; the personal data of ${redacted} is erased or was not decrypted` : ''}\n`,
  )
}
