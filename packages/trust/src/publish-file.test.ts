import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { publishFile } from './publish-file.ts'

describe('a file that is published', () => {
  let folder: string
  /** What was brought to the disk, in order: of the folder the names in it. */
  let synced: (string | string[])[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-publish-'))
    synced = []
    const { fsyncSync } = fs
    vi.spyOn(fs, 'fsyncSync').mockImplementation(file => {
      synced.push(fs.fstatSync(file).isDirectory() ? readdirSync(folder).filter(name => !name.endsWith('.draft')) : 'a file')
      fsyncSync(file)
    })
    syncBuiltinESMExports()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
    rmSync(folder, { recursive: true })
  })

  test('is on disk with its name: after a power loss no process makes another key in its place', () => {
    expect(publishFile(join(folder, 'keys'), 'first', 0o600)).toBe(true)
    expect(synced).toEqual(['a file', ['keys']])
    expect(readdirSync(folder)).toEqual(['keys'])
  })

  test('is the one that was there before, which is on disk with its name too, as who put it there may not have come so far', () => {
    publishFile(join(folder, 'keys'), 'first', 0o600)
    expect(publishFile(join(folder, 'keys'), 'second', 0o600)).toBe(false)
    expect(synced.at(-1)).toEqual(['keys'])
    expect(synced).toHaveLength(4)
    expect(readFileSync(join(folder, 'keys'), 'utf8')).toBe('first')
    expect(readdirSync(folder)).toEqual(['keys'])
  })
})
