import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allEndpoints } from './src/drawing/input.ts'

const command = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    encoding: 'utf8',
    timeout: 240_000,
  })
  return { status, said: stdout + stderr }
}

test('every endpoint accepts, refuses or dead-letters malformed inputs, and reveals nothing', () => {
  const { status, said } = command('--seed', '1', '--inputs', '500', '--workers', '1')
  console.log(said)
  expect([status, said.split('\n').filter(line => /^(✗| {4}again)/.test(line))]).toEqual([0, []])
})

test('an input sent alone is the same as in its campaign', () => {
  const { status, said } = command('--seed', '1', '--only', '12')
  expect(said).toMatch(/^input 12 \((http|kafka|xml): .*^→ /ms)
  expect(status).toBe(0)
})

test('invalid arguments are reported, with the usage', () => {
  expect(command('--inputs', '1')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--inputs 1 is not a whole number from 10 .*Usage: /s),
  })
  expect(command('--endpoints', 'http,window')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--endpoints http,window names window/),
  })
  expect(command('--only', '3')).toMatchObject({ status: 2, said: expect.stringMatching(/^--only needs --seed/) })
  expect(command('--help')).toMatchObject({ status: 0, said: expect.stringMatching(/^Usage: .*--planted/s) })
  expect(allEndpoints).toEqual(['http', 'kafka', 'xml'])
})
