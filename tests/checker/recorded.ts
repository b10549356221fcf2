import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, sha256 } from './canonical.ts'
import type { Delivered, LedgerLine, Observations } from './observations.ts'

// Recorded observations that the tests of the checker mutate.

type Loose<T> = T extends readonly (infer E)[] ? Loose<E>[] : T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T
export type Spoilable = Loose<Observations>

/** A parsed record, to be changed. */
// biome-ignore lint/suspicious/noExplicitAny: a test can change any member of a record.
export type AnyRecord = any

const story = readFileSync(join(import.meta.dirname, 'recordings/story.json'), 'utf8')
export const recorded = (): Spoilable => JSON.parse(story) as Spoilable

/** A recorded stream of `tests/replay`, which has facts only. */
export function streamOf(name: string): Spoilable {
  const lines = readFileSync(join(import.meta.dirname, '../replay', `${name}.jsonl`), 'utf8')
    .split('\n')
    .slice(0, -1)
  const ledger = lines.map((value, offset) => ({ partition: 0, offset, timestampMs: Date.parse(JSON.parse(value).time), value }))
  return { requests: [], commands: [], answers: [], orders: [], notifications: [], reads: [], ledger, isFinished: false }
}

/** Indexes of the facts of a type, in log order. */
export const pointersOf = ({ ledger }: Spoilable, kind: string, where: (fact: AnyRecord) => boolean = () => true): number[] =>
  ledger.flatMap(({ value }, at) => {
    const record = JSON.parse(value)
    return record.type === `holdfast.fact.v1.${kind}` && where(record) ? [at] : []
  })

export const factAt = ({ ledger }: Spoilable, at: number): AnyRecord => JSON.parse(lineAt(ledger, at).value)

export function lineAt<T extends LedgerLine | Delivered>(lines: readonly T[], at: number): T {
  const line = lines[at]
  if (!line) throw new Error(`the ledger has no line ${at}`)
  return line
}

/** Changes one record and rehashes the chain after it, so that the hash is not what the checker finds. */
export function spoil(seen: Spoilable, at: number, change: (record: AnyRecord) => void): void {
  const line = lineAt(seen.ledger, at)
  const record = JSON.parse(line.value)
  change(record)
  line.value = JSON.stringify(record)
  relink(seen, record.subject)
}

/** Numbers and rehashes the facts of a request in their current order, as a dishonest ledger would. */
export function relink({ ledger }: Spoilable, subject: string): void {
  let [sequence, hash] = [0, '0'.repeat(64)]
  for (const line of ledger) {
    const record = JSON.parse(line.value)
    if (record.subject !== subject) continue
    if (record.type === 'holdfast.refusal.v1') Object.assign(record, { aftersequence: sequence, afterhash: hash })
    else {
      Object.assign(record, { sequence: ++sequence, prevhash: hash })
      hash = sha256(canonical(record, 'hash'))
      record.hash = hash
    }
    line.value = JSON.stringify(record)
  }
}

/** Changes an event that was sent to a country. */
export function respell(sent: Loose<readonly Delivered[]>, where: (event: AnyRecord) => boolean, change: (event: AnyRecord) => void): void {
  const line = sent.find(({ value }) => where(JSON.parse(value)))
  if (!line) throw new Error('no such event was sent')
  const event = JSON.parse(line.value)
  change(event)
  line.value = JSON.stringify(event)
}
