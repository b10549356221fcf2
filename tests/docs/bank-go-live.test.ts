import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusals } from '@holdfast/schemas'
import { afterAll, expect, test } from 'vitest'
import { type BankAndEngine, startBankAndEngine } from '../src/bank-process.ts'
import { reaches, submit } from '../src/engine.ts'
import { openPage } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
const page = openPage('bank/go-live.md')
let bank: BankAndEngine | undefined
afterAll(() => bank?.stop())

test('the simulator of the page receives an order, prints it as shown, and holds the money', async () => {
  const [, options = ''] = /^npm run bank -- --country TL (.*)$/m.exec(page.take('sh', 'npm run bank').text) ?? []
  bank = await startBankAndEngine(...options.split(' '))
  const document = JSON.parse(readFileSync(join(root, 'examples/request.json'), 'utf8'))
  const requestId = await submit(bank.engine, ['SG', 'system', 'ncb'], document, 'go-live')
  const shown = page
    .take('text')
    .text.trim()
    .replace(/[\da-f-]{36}/, requestId)
  const time = /^\d\d:\d\d:\d\d (?=<- )/
  const line = await bank.says(shown.replace(time, ''))
  const printed = bank
    .printed()
    .split('\n')
    .find(each => each.includes(line))
  expect(printed?.replace(time, 'TIME ')).toBe(shown.replace(time, 'TIME '))
  await reaches(bank.engine, requestId, 'frozen.coverage.full')
  page.expectEachTaken()
})

test('the page names profiles of the simulator and codes of the engine', () => {
  const text = readFileSync(join(root, 'docs/bank/go-live.md'), 'utf8')
  const program = readFileSync(join(root, 'packages/bank-simulator/src/program.ts'), 'utf8')
  const profiles = [...text.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, name = '']) => name)
  expect(profiles).toHaveLength(6)
  for (const profile of profiles) expect(program).toMatch(new RegExp(`^  ${profile} `, 'm'))
  const codes = [...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(1)
  for (const code of codes) expect(Object.keys(refusals)).toContain(code)
})
