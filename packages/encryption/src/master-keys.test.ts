import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ensureMasterKeys, MasterKeysError, readMasterKeys } from './master-keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-master-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const path = join(folder, 'given')
  writeFileSync(path, text)
  return path
}
const [one, other] = ['ab'.repeat(32), 'cd'.repeat(32)]
const [bytes, aad] = [Buffer.alloc(32, 5), Buffer.from('of SG')]

test('the first key wraps, and the others unwrap what they wrapped before', async () => {
  const before = readMasterKeys(fileOf(`2024 ${one}\n`))
  const { by, wrapped } = await before.wrap(bytes, aad)
  expect([by, before.current]).toEqual(['2024', '2024'])
  const after = readMasterKeys(fileOf(`2025 ${other}\n2024 ${one}\n`))
  expect(after.current).toBe('2025')
  expect(await after.unwrap(by, wrapped, aad)).toEqual(bytes)
  expect(await after.unwrap('2025', wrapped, aad)).toBeUndefined()
  expect(await after.unwrap('2023', wrapped, aad)).toBeUndefined()
  expect(await after.unwrap(by, wrapped, Buffer.from('of TL'))).toBeUndefined()
  expect(await after.unwrap(by, wrapped.subarray(1), aad)).toBeUndefined()
})

test.each([
  ['nothing', '', 'line 1: must be an id'],
  ['no id', `${one}\n`, 'line 1: must be an id'],
  ['half a key', `2024 ${one.slice(2)}\n`, 'line 1: must be an id'],
  ['a line that is empty', `2024 ${one}\n\n2023 ${other}\n`, 'line 2: must be an id'],
  ['an id twice', `2024 ${one}\n2024 ${other}\n`, 'line 2: duplicate id'],
])('a file with %s is refused by its line, and without what stands there', (_what, text, why) => {
  const path = fileOf(text)
  expect(() => readMasterKeys(path)).toThrow(MasterKeysError)
  expect(() => readMasterKeys(path)).toThrow(why)
  expect(() => readMasterKeys(path)).toThrow(/^(?!.*(?:abab|cdcd))/)
})

test('a missing file is named in the error', () => {
  expect(() => readMasterKeys(join(folder, 'none'))).toThrow(/none can't be read/)
})

test('the first start creates a private file, and the next one finds it', async () => {
  const place = join(folder, 'data')
  const first = ensureMasterKeys(place)
  const { by, wrapped } = await first.wrap(bytes, aad)
  expect(await ensureMasterKeys(place).unwrap(by, wrapped, aad)).toEqual(bytes)
  expect(statSync(join(place, 'master-keys')).mode & 0o777).toBe(0o600)
})
