import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('../README.md')
const commands = page.take('sh', 'holdfast check').text

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader.stop())

test('the commands of the README work in order', async () => {
  const { code, stdout } = await reader.run(`${commands}cat stream.jsonl\n`)
  expect([code, stdout]).toEqual([0, expect.stringContaining('stream.jsonl: intact')])
  expect([...stdout.matchAll(/"type":"holdfast\.fact\.v1\.(\w+)"/g)].map(([, type]) => type)).toEqual([
    'RequestOpened',
    'RequestVerified',
    'FreezeReported',
    'ActionProposed',
    'FreezeConfirmed',
  ])
})

// `.ci/run` and other tests run these.
test('the other blocks name scripts of the repository, and the README is short', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const text = page.take('sh', 'npm run demo').text + page.take('sh', 'npm run infra:up').text
  const named = [...text.matchAll(/npm (?:run )?(start|[a-z]+:[a-z]+|demo)/g)].map(([, name = '']) => name)
  expect(named).toEqual(['demo', 'start', 'infra:up', 'start', 'infra:down'])
  expect(named.filter(name => !scripts[name])).toEqual([])
  page.expectEachTaken()
  expect(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').split('\n').length - 1).toBeLessThanOrEqual(120)
})
