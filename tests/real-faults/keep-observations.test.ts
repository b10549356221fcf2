import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Observations } from '../checker/observations.ts'
import { readObservations } from '../checker/read-observations.ts'
import { storeObservations } from './src/store-observations.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-observations-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const seen = {
  requests: [{ by: 'SG/system/a', key: '],', document: { note: '{"notifications":[\n' }, attempts: [] }],
  commands: [],
  notifications: [
    { country: 'SG', atMs: 1, value: '{}' },
    { country: 'TL', atMs: 2, value: '[]' },
  ],
  isFinished: true,
} as unknown as Observations

test('observations are read as written, as a whole or by line', async () => {
  const file = join(folder, 'lines.json')
  await storeObservations(file, seen)
  expect(await readObservations(file)).toEqual(seen)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(seen)
  writeFileSync(join(folder, 'whole.json'), JSON.stringify(seen))
  expect(await readObservations(join(folder, 'whole.json'))).toEqual(seen)
})

test('invalid JSON is refused', async () => {
  const file = join(folder, 'torn.json')
  writeFileSync(file, '{"requests":[\n{"by":')
  await expect(readObservations(file)).rejects.toThrow('JSON')
})
