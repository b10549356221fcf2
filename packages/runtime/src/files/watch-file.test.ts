import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchFile } from './watch-file.ts'

let folder: string
let path: string
let stop = () => {}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-watch-'))
  path = join(folder, 'words.json')
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

/** Watches a file with a list of words. */
function watching() {
  const refused: string[] = []
  const taken: string[][] = []
  const watched = watchFile<string[]>({
    path,
    read: file => JSON.parse(readFileSync(file, 'utf8')),
    everyMs: 5,
    onChanged: words => void taken.push(words),
    onRefused: problems => void refused.push(problems),
  })
  stop = watched.stop
  return { ...watched, taken, refused }
}

/** Replaces the file atomically, as every editor of a registry should. */
function replace(text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

test('an overwritten or replaced file is read again, however similar it is', async () => {
  writeFileSync(path, '["a"]')
  const { first, taken } = watching()
  expect(first).toEqual(['a'])
  writeFileSync(path, '["b"]')
  await expect.poll(() => taken).toEqual([['b']])
  replace('["c"]')
  await expect.poll(() => taken).toEqual([['b'], ['c']])
})

test('invalid content is reported once and changes nothing, and a repaired file takes effect', async () => {
  writeFileSync(path, '["a"]')
  const { taken, refused } = watching()
  replace('["b"')
  await expect.poll(() => refused).toHaveLength(1)
  rmSync(path)
  await expect.poll(() => refused).toHaveLength(2)
  expect(refused).toEqual([expect.stringContaining('JSON'), expect.stringContaining('ENOENT')])
  expect(taken).toEqual([])
  replace('["b"]')
  await expect.poll(() => taken).toEqual([['b']])
})

test('an invalid file at the start throws', () => {
  expect(watching).toThrow('ENOENT')
})
