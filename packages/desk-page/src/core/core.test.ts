/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AnyFact } from '../facts/history-pages.ts'
import { statedBy } from '../facts/standing.ts'
import { checkChain, foldEach, problemsWith } from './core.ts'

const replay = join(import.meta.dirname, '../../../../tests/replay')
const linesOf = (name: string) =>
  readFileSync(join(replay, `${name}.jsonl`), 'utf8')
    .split('\n')
    .slice(0, -1)
/** The facts of each request of a recorded stream. */
function recorded(name: string): ReadonlyArray<readonly AnyFact[]> {
  const facts = linesOf(name).map(line => JSON.parse(line) as AnyFact)
  return [...Map.groupBy(facts, fact => fact.subject).values()]
}

/** A month with nearly every kind of fact in it; and a ledger with a fact of a kind to come. */
const july = recorded('corrected-answers')
const future = recorded('from-the-future')

test.each(['shared-with-units', 'corrected-answers'])('the scrubber folds each fact of %s to the view that was recorded after it', name => {
  const views = new Map(recorded(name).flatMap(facts => foldEach(facts).map((view, at) => [facts[at]?.id, view] as const)))
  const folded = linesOf(name).map(line => views.get(JSON.parse(line).id))
  expect(folded.length).toBeGreaterThan(10)
  expect(JSON.parse(JSON.stringify(folded))).toEqual(linesOf(`${name}.expected`).map(line => JSON.parse(line)))
})

test('what is folded is what the fact itself says that it led to', () => {
  let compared = 0
  for (const facts of future)
    foldEach(facts).forEach((view, at) => {
      const fact = facts[at]
      if (!view || !fact) return
      const { states, phase, amounts, deadlines } = view
      expect({ states, phase, amounts, deadlines }).toEqual(statedBy(fact))
      compared++
    })
  expect(compared).toBeGreaterThan(8)
})

test('a fact of a kind to come ends the folding there, and nothing before it', () => {
  const views = future.map(foldEach)
  const gaps = views.filter(each => each.includes(undefined))
  expect(gaps).toHaveLength(1)
  const [folded] = gaps
  const first = folded?.indexOf(undefined) ?? 0
  expect(first).toBeGreaterThan(0)
  expect(folded?.slice(first)).toEqual(Array(3).fill(undefined))
})

test('a document whose account is sealed is not folded, and says itself where the request stands', () => {
  const [facts = []] = july
  const sealed = { iban: { sealed: { kid: 'key-1', box: 'A'.repeat(60) } } }
  const [first, ...rest] = structuredClone(facts) as unknown as [{ data: { request: { payment: { creditor: { account: unknown } } } } }]
  first.data.request.payment.creditor.account = sealed
  expect(foldEach([first, ...rest] as unknown as readonly AnyFact[])).toEqual(facts.map(() => undefined))
})

test('each hash of a history is checked', async () => {
  for (const facts of july) expect(await checkChain(facts)).toEqual({ facts: facts.length, problems: 0 })
})

test('one fact that was changed is found', async () => {
  const [facts = []] = july
  const changed = facts.map((fact, at) => (at === 1 ? { ...fact, actor: 'TL/officer/somebody' } : fact))
  expect(await checkChain(changed)).toEqual({ facts: facts.length, problems: 1 })
})

test('what a command lacks is said by its path', () => {
  expect(problemsWith('Release', { reason: 'NARR' })).toEqual([
    { code: 'RULE', path: '/note', message: expect.stringContaining('NARR needs text') },
  ])
  expect(problemsWith('Release', { reason: 'COURT_ORDER' })).toEqual([])
})
