import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endpoints } from './src/drawing/input.ts'
import type { Plant } from './src/plants.ts'
import { run } from './src/run.ts'

test('three thousand inputs that are wrong in any way are taken, refused in order or kept at every endpoint', () => {
  const args = [join(import.meta.dirname, 'main.ts'), '--seed', '20001', '--inputs', '3000', '--workers', '1']
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 280_000 })
  console.log(stdout)
  expect([status, stdout.split('\n').filter(line => /^(✗| {4}again)/.test(line))]).toEqual([0, []])
})

test('faults that are planted are found', async () => {
  const found: { readonly [P in Plant]?: RegExp } = {
    throw: /was answered 500/,
    leak: /tells of other members/,
    unnamed: /no problem is named/,
    lost: /was neither accepted nor refused/,
    growing: /the heap grew by/,
    logged: /the log has words of an input/,
  }
  // What grows by 128 kB for each answer is over its bound after 400 of them.
  const { findings } = await run({ seed: 7, inputs: 2_000, doors: endpoints, planted: new Set(Object.keys(found) as Plant[]) })
  for (const [plant, words] of Object.entries(found))
    expect([plant, findings.some(({ wrong }) => words.test(wrong))]).toEqual([plant, true])
})

test('an attack is found where the guard against it is missing', async () => {
  const found: { readonly [P in Plant]?: RegExp } = {
    backtracking: /media type .* held up another country/,
    heavy: /list of empty elements held up another country/,
    apart: /record\w* without a token left \d{3,} dead letters/,
  }
  const { findings } = await run({ seed: 7, inputs: 50, doors: endpoints, planted: new Set(Object.keys(found) as Plant[]) })
  const said = findings.map(({ made, wrong }) => `${made} ${wrong}`)
  for (const [plant, words] of Object.entries(found)) expect([plant, said.some(line => words.test(line))]).toEqual([plant, true])
})
