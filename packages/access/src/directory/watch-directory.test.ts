import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDirectory, recipientOf } from '@holdfast/directory'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type WatchedDirectory, watchDirectory } from './watch-directory.ts'

const checks = { plainHttp: false }

let folder: string
let path: string
let watched: WatchedDirectory | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-directory-'))
  path = join(folder, 'directory.json')
})
afterEach(() => {
  watched?.stop()
  watched = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Replaces the file atomically, as operators should. */
function write(text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
const bureauOf = (name: string) => JSON.stringify({ countries: { TL: [{ name, ncb: true, channel: { kind: 'topic' } }] } })

describe('a watched directory', () => {
  const told: string[] = []
  const nameNow = () => watched && recipientOf(watched.current(), 'TL', 'KMNSTLDL').name
  beforeEach(() => {
    told.length = 0
    write(bureauOf('the first'))
    watched = watchDirectory({
      ...checks,
      path,
      everyMs: 5,
      onChanged: () => void told.push('taken'),
      onRefused: problems => void told.push(problems),
    })
  })

  test('changes as soon as its file does, and reports it', async () => {
    let changes = 0
    watched?.onChange(() => (changes += 1))
    expect(nameNow()).toBe('the first')
    write(bureauOf('the second'))
    await expect.poll(() => nameNow()).toBe('the second')
    expect([told, changes]).toEqual([['taken'], 1])
  })

  test('stays in force while its file is invalid or missing, which is reported once each', async () => {
    write('{ "countries": { "TL": [{}] } }')
    await expect.poll(() => told).toHaveLength(1)
    expect(told[0]).toMatch(/can not be used:\n {2}\/countries\/TL\/0\/name: .+\n {2}\/countries\/TL\/0\/channel: /)
    rmSync(path)
    await expect.poll(() => told).toHaveLength(2)
    expect(told[1]).toContain('can not be read')
    expect(nameNow()).toBe('the first')
    write(bureauOf('the third'))
    await expect.poll(() => nameNow()).toBe('the third')
    expect(told).toHaveLength(3)
  })
})

test('an optional directory is empty until its file exists, and again once it is deleted', async () => {
  watched = watchDirectory({ ...checks, path, optional: true, everyMs: 5, onChanged: () => undefined, onRefused: () => undefined })
  expect(watched.current().size).toBe(0)
  write(bureauOf('the first'))
  await expect.poll(() => watched?.current().size).toBe(1)
  rmSync(path)
  await expect.poll(() => watched?.current().size).toBe(0)
})

test.each([
  ['is not there', undefined, 'can not be read: ENOENT'],
  ['is not JSON', '{', 'can not be used:\n  /: not JSON'],
  ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'can not be read: The encoded data was not valid'],
  ['is too large', ' '.repeat(8_000_001), 'can not be read: it has 8000001 bytes'],
])('a first directory that %s fails the start, with the reason', (_what, content, reason) => {
  if (content !== undefined) writeFileSync(path, content)
  expect(() => readDirectory(path, checks)).toThrow(reason)
})
