import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endpoints } from './src/drawing/input.ts'

const command = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    encoding: 'utf8',
    timeout: 240_000,
  })
  return { status, said: stdout + stderr }
}

test('what is wrong in any way is taken, refused in order or kept at every door, and shows nothing', () => {
  const { status, said } = command('--seed', '1', '--inputs', '500', '--workers', '1')
  console.log(said)
  expect([status, said.split('\n').filter(line => /^(✗| {4}again)/.test(line))]).toEqual([0, []])
})

test('an input is shown alone as it was sent among others', () => {
  const { status, said } = command('--seed', '1', '--only', '12')
  expect(said).toMatch(/^input 12 \((http|kafka|xml): .*^→ /ms)
  expect(status).toBe(0)
})

test('what can not be used is said, with how it is used', () => {
  expect(command('--inputs', '1')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--inputs 1 is no whole number from 10 .*Usage: /s),
  })
  expect(command('--doors', 'http,window')).toMatchObject({ status: 2, said: expect.stringMatching(/^--doors http,window names window/) })
  expect(command('--only', '3')).toMatchObject({ status: 2, said: expect.stringMatching(/^--only names an input of a seed/) })
  expect(command('--help')).toMatchObject({ status: 0, said: expect.stringMatching(/^Usage: .*--planted/s) })
  expect(endpoints).toEqual(['http', 'kafka', 'xml'])
})
