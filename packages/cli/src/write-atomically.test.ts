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

test('a written file is complete and readable by its user only, even if a world-readable draft was there', async () => {
  writeFileSync(`${file}.part`, 'old', { mode: 0o666 })
  await writeAtomically(file, lines())
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([...texts, ''])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
})

test('if the lines fail, no draft is left and the old file stays', async () => {
  writeFileSync(file, 'the copy of yesterday')
  const error = new Error('the store is away')
  await expect(writeAtomically(file, lines(error))).rejects.toBe(error)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
  expect(readFileSync(file, 'utf8')).toBe('the copy of yesterday')
})

test('if the file cannot be written, no draft is left and the message names the file', async () => {
  mkdirSync(file)
  const written = writeAtomically(file, lines())
  await expect(written).rejects.toThrow(`${file} cannot be written: `)
  await expect(written).rejects.toBeInstanceOf(Failure)
  expect(readdirSync(folder)).toEqual(['copy.jsonl'])
})
