/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerFact } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { checkChain } from './core.ts'

const replay = join(import.meta.dirname, '../../../../tests/replay')
const facts = readFileSync(join(replay, 'corrected-answers.jsonl'), 'utf8')
  .split('\n')
  .slice(0, -1)
  .map(line => JSON.parse(line) as LedgerFact)
/** The recording of a month with nearly every kind of fact: the facts of each request. */
const july = [...Map.groupBy(facts, fact => fact.subject).values()]

test('each hash of a history is checked', async () => {
  for (const facts of july) expect(await checkChain(facts)).toEqual({ facts: facts.length, problems: 0 })
})

test('one fact that was changed is found', async () => {
  const [facts = []] = july
  const changed = facts.map((fact, at) => (at === 1 ? { ...fact, actor: 'TL/officer/another' } : fact))
  expect(await checkChain(changed)).toEqual({ facts: facts.length, problems: 1 })
})
