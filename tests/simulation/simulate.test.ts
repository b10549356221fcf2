import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const simulate = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    encoding: 'utf8',
    timeout: 600_000,
  })
  return { status, said: stdout + stderr }
}

test('three hundred simulated runs keep every promise and reach every milestone', () => {
  const { status, said } = simulate('--seed', '1', '--runs', '300')
  console.log(
    said
      .trim()
      .split('\n')
      .filter(line => !line.startsWith('✗'))
      .slice(-9)
      .join('\n'),
  )
  expect([status, said.split('\n').filter(line => /^(✗| {2}again)/.test(line))]).toEqual([0, []])
})

test('a seed always gives the same run, with any number of workers', () => {
  const sums = (...args: string[]) => /(\d+ facts, \d+ faults, \d+ steps)/.exec(simulate('--seed', '77', ...args).said)?.[1]
  expect(sums('--runs', '6', '--workers', '1')).toBe(sums('--runs', '6', '--workers', '3'))
})

test('invalid arguments are reported, with the usage', () => {
  expect(simulate('--runs', '0')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--runs 0 is not a whole number from 1 .*Usage: /s),
  })
  expect(simulate('--without-guard', 'luck')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--without-guard luck names none of sequence-rule, /),
  })
  expect(simulate('--guards', '--calm')).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^--guards tries each guard with all faults/),
  })
  expect(simulate('--help')).toMatchObject({ status: 0, said: expect.stringMatching(/^Usage: /) })
})
