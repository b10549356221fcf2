import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, createContext, runInContext } from 'node:vm'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, expect, test } from 'vitest'
import * as here from './core.ts'

// The core as a page bundles it, in a realm with a browser's globals and none of Node's.

const replay = join(import.meta.dirname, '../replay')
const recordings = readdirSync(replay)
  .filter(file => file.endsWith('.expected.jsonl'))
  .map(file => file.replace('.expected.jsonl', ''))
const textOf = (file: string) => readFileSync(join(replay, file), 'utf8')
const linesOf = (file: string) =>
  textOf(file)
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

const warnings: string[] = []
let bundle: OutputChunk
let browser: Context

beforeAll(async () => {
  const build = await rolldown({
    input: join(import.meta.dirname, 'core.ts'),
    platform: 'browser',
    onwarn: warning => warnings.push(warning.message),
  })
  const { output } = await build.generate({ format: 'iife', name: 'core' })
  await build.close()
  bundle = output[0]
  browser = createContext({ TextEncoder, TextDecoder, URL, atob, btoa })
  runInContext(bundle.code, browser)
}, 60_000)

const inBrowser = <T>(call: (core: typeof here) => T): T => call(runInContext('core', browser) as typeof here)

test('the bundle is complete: no imports at run time, and no warnings', () => {
  expect({ imports: bundle.imports, dynamicImports: bundle.dynamicImports, warnings }).toEqual({
    imports: [],
    dynamicImports: [],
    warnings: [],
  })
  expect(bundle.moduleIds.filter(id => id.includes('node:') || id.startsWith('__vite-browser-external'))).toEqual([])
})

test('the realm has nothing of Node', () => {
  expect(runInContext('[typeof process, typeof Buffer, typeof require, typeof setImmediate]', browser)).toEqual(Array(4).fill('undefined'))
})

test('recordings exist', () => {
  expect(recordings).toContain('corrected-answers')
})

test.each(recordings)('a browser derives the states of the recording %s as Node does, and its chain verifies', name => {
  const text = textOf(`${name}.jsonl`)
  const told = inBrowser(core => core.readStream(text))
  expect(told).toBe(here.readStream(text))
  const { steps, chain } = JSON.parse(told)
  expect(steps.map((step: { followed: unknown }) => step.followed)).toEqual(linesOf(`${name}.expected.jsonl`))
  const unfolded = steps.filter((step: { view?: unknown }) => step.view === undefined)
  // For the request with a fact of a later version, from that fact on.
  expect(unfolded).toHaveLength(name === 'from-the-future' ? 3 : 0)
  for (const { view, followed } of steps) if (view) expect(view).toEqual(followed)
  expect(chain).toMatchObject({ facts: linesOf(`${name}.jsonl`).length, problems: [] })
})

test('a browser finds the changed fact', () => {
  const changed = textOf('corrected-answers.jsonl').replace('SG-4711', 'SG-4799')
  const { chain } = JSON.parse(inBrowser(core => core.readStream(changed)))
  expect(chain.problems).toEqual([expect.objectContaining({ message: expect.stringContaining('it was changed') })])
})

test('a browser assesses a request as Node does', () => {
  const folder = join(import.meta.dirname, '../../workflows/payment-stop/fixtures')
  const expected: Record<string, { at: string; verdict: string }> = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
  for (const [name, { at, verdict }] of Object.entries(expected)) {
    const text = readFileSync(join(folder, `${name}.json`), 'utf8')
    const told = inBrowser(core => core.assessDocument(text, at))
    expect(told, name).toBe(here.assessDocument(text, at))
    expect(JSON.parse(told).verdict, name).toBe(verdict)
  }
})

test('a browser counts working days as Node does', () => {
  // 1 and 6 May 2024 are public holidays in the United Kingdom.
  const end = here.suspensionEnd('GB', '2024-05-03T12:00:00Z')
  expect(inBrowser(core => core.suspensionEnd('GB', '2024-05-03T12:00:00Z'))).toBe(end)
})
