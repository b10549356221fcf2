import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage, runShell } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
const page = openPage('start/quickstart.md')
const take = (containing: string) => page.take('sh', containing).text

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader.stop())

test('the demo ends as the page says', async () => {
  const demo = await runShell(take('npm run demo'), { cwd: root, timeoutMs: 60_000 })
  expect(demo.stdout).toMatch(/All as expected: \d+ checks in .*\n$/)
})

test('a request is validated, sent and shown', async () => {
  const check = take('holdfast check')
  const submit = take('holdfast submit')
  const show = take('holdfast show')

  expect(JSON.parse((await reader.run(check)).stdout)).toMatchObject({ verdict: 'pass', findings: [{ rule: 'V09', severity: 'flag' }] })
  const receipt = JSON.parse((await reader.run(submit)).stdout)
  expect(receipt).toMatchObject({ requestingCountry: 'SG', beneficiaryCountry: 'TL' })

  const shown = page.take('text').text
  await expect.poll(async () => (await reader.run(`ID=${receipt.requestId}\n${show}`)).stdout).toContain(shown)
})

// `npm ci` has run before this test, and other tests start the engine by `npm start`.
test('the other commands are scripts of the repository', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(take('npm start')).toBe('npm start\n')
  expect(take('npm ci')).toBe('npm ci\n')
  expect(scripts.start).toContain('services/standalone/src/main.ts')
  page.expectEachTaken()
})
