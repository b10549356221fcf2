import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guards } from '../src/guards.ts'

test('each guard of the engine is missed within three hundred bad days when it is taken out', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../main.ts'), '--guards', '--seed', '1'], {
    encoding: 'utf8',
    timeout: 800_000,
  })
  console.log(stdout.trim())
  const count = Object.keys(guards).length
  expect([status, stdout.split('\n').filter(line => line.startsWith('✗'))]).toEqual([0, []])
  expect(stdout).toContain(`${count} of ${count} guards are missed when they are taken out`)
}, 900_000)
