import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Failure } from './terminal.ts'
import { writeAtomically } from './write-atomically.ts'

let folder: string
let file: string
let umask: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-whole-'))
  file = join(folder, 'copy.jsonl')
  umask = process.umask(0)
})
afterEach(() => {
  process.umask(umask)
  rmSync(folder, { recursive: true })
})

const texts = Array.from({ length: 10_000 }, (_, number) => `line ${number} ${'.'.repeat(100)}`)
async function* lines(error?: Error): AsyncGenerator<string> {
  yield* texts
  if (error) throw error
}

test('what is written is there whole, for its user alone, also where somebody left a draft that others may read', async () => {
  writeFileSync(`${file}.part`, 'old', { mode: 0o666 })
  await writeAtomically(file, lines())
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([...texts, ''])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
})

test('where the lines break off nothing is left of them, and what was there stays', async () => {
  writeFileSync(file, 'the copy of yesterday')
  const error = new Error('the store is away')
  await expect(writeAtomically(file, lines(error))).rejects.toBe(error)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
  expect(readFileSync(file, 'utf8')).toBe('the copy of yesterday')
})

test('where the file can not be written nothing is left of it, and the words name it', async () => {
  mkdirSync(file)
  const written = writeAtomically(file, lines())
  await expect(written).rejects.toThrow(`${file} can't be written: `)
  await expect(written).rejects.toBeInstanceOf(Failure)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
})
