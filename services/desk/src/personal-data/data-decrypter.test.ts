import type { Fact } from '@holdfast/payment-stop/language'
import { isErased, storedData } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestEncryption, type TestEncryption } from '../../test/encryption.ts'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { createDataDecrypter } from './data-decrypter.ts'

let encryption: TestEncryption
let opened: OpenProjection
let history: History
beforeEach(async () => {
  encryption = createTestEncryption()
  opened = openProjection(encryption.cipher)
  history = passed(createHistory(buildRequestNumber(1, { victim: { name: 'Peridot Tin' } }), { encrypt: encryption.encrypt }))
  await opened.take(history.entries)
})
afterEach(() => opened.close())

test('a stored fact equals that of the ledger, byte for byte', () => {
  const stored = ledgerRecords(history.entries).map(({ value }) => value)
  expect(opened.views.history(history.requestId, { limit: 100 }).lines).toEqual(stored)
  expect(stored.map((_, offset) => opened.views.lineAt(0, offset))).toEqual(stored)
  expect(stored.join()).not.toContain('Peridot')
})

test('a page is decrypted with one key lookup', async () => {
  const { lines } = opened.views.history(history.requestId, { limit: 100 })
  const before = encryption.lookups()
  const decrypted = await createDataDecrypter(encryption.cipher).lines(lines)
  expect([decrypted[0]?.includes('Peridot Tin'), decrypted[1] === lines[1], encryption.lookups() - before]).toEqual([true, true, 1])
})

test('an event without encrypted data is returned unchanged and synchronously', () => {
  const { facts } = passed(createHistory(buildRequestNumber(2)))
  const lines = facts.map(fact => JSON.stringify(fact))
  const decrypter = createDataDecrypter(encryption.cipher)
  const before = encryption.lookups()
  expect([decrypter.lines(lines) === lines, decrypter.events(facts) === facts, encryption.lookups()]).toEqual([true, true, before])
})

test('a fact whose key was destroyed is returned as stored, with the date of erasure', async () => {
  encryption.destroy(history.requestId)
  const { lines } = opened.views.history(history.requestId, { limit: 100 })
  const decrypted = (await createDataDecrypter(encryption.cipher).lines(lines)).map(line => JSON.parse(line) as Fact)
  expect(decrypted.map(({ data }) => storedData(data))).toEqual(lines.map(line => (JSON.parse(line) as Fact).data))
  expect(decrypted.map(({ data }) => isErased(data))).toEqual([true, false])
})
