import { type Fact, isErased, storedData } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestEncryption, type TestEncryption } from '../../test/encryption.ts'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { createDataDecrypter } from './data-decrypter.ts'

let sealing: TestEncryption
let opened: OpenProjection
let history: History
beforeEach(async () => {
  sealing = createTestEncryption()
  opened = openProjection(sealing.words)
  history = passed(createHistory(buildRequestNumber(1, { victim: { name: 'Peridot Tin' } }), { seal: sealing.seal }))
  await opened.take(history.entries)
})
afterEach(() => opened.close())

test('what the view keeps of a fact is what lies in the ledger, byte for byte', () => {
  const stored = ledgerRecords(history.entries).map(({ value }) => value)
  expect(opened.views.history(history.requestId, { limit: 100 }).lines).toEqual(stored)
  expect(stored.map((_, offset) => opened.views.lineAt(0, offset))).toEqual(stored)
  expect(stored.join()).not.toContain('Peridot')
})

test('a page is given with its words, and asks for keys once', async () => {
  const { lines } = opened.views.history(history.requestId, { limit: 100 })
  const before = sealing.asked()
  const given = await createDataDecrypter(sealing.words).lines(lines)
  expect([given[0]?.includes('Peridot Tin'), given[1] === lines[1], sealing.asked() - before]).toEqual([true, true, 1])
})

test('what has no words in a block is given back as it is, at once', () => {
  const { facts } = passed(createHistory(buildRequestNumber(2)))
  const lines = facts.map(fact => JSON.stringify(fact))
  const words = createDataDecrypter(sealing.words)
  const before = sealing.asked()
  expect([words.lines(lines) === lines, words.events(facts) === facts, sealing.asked()]).toEqual([true, true, before])
})

test('a fact whose key is gone is given as it is stored, and says since when', async () => {
  sealing.destroy(history.requestId)
  const { lines } = opened.views.history(history.requestId, { limit: 100 })
  const given = (await createDataDecrypter(sealing.words).lines(lines)).map(line => JSON.parse(line) as Fact)
  expect(given.map(({ data }) => storedData(data))).toEqual(lines.map(line => (JSON.parse(line) as Fact).data))
  expect(given.map(({ data }) => isErased(data))).toEqual([true, false])
})
