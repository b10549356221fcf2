import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { campaignFolderName } from '../src/engine/folders.ts'
import { guards } from '../src/guards.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-guards-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the simulation shows a missing guard within three hundred runs, for each guard, and stopped runs leave no files', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../main.ts'), '--guards', '--seed', '1'], {
    encoding: 'utf8',
    timeout: 800_000,
    env: { ...process.env, [campaignFolderName]: folder },
  })
  console.log(stdout.trim())
  const count = Object.keys(guards).length
  expect([status, stdout.split('\n').filter(line => line.startsWith('✗'))]).toEqual([0, []])
  expect(stdout).toContain(`${count} of ${count} guards are necessary`)
  expect(readdirSync(folder)).toEqual([])
}, 900_000)
