import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, reaches } from '../src/engine.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('bank/files.md')
let reader: Reader
const exchange = mkdtempSync(join(tmpdir(), 'holdfast-exchange-'))
beforeAll(async () => {
  const bank = { name: 'Kamanasa Bank', bic: 'KMNSTLDL', channel: { kind: 'file', folder: exchange, format: 'json' } }
  reader = await startReader({
    prepare: async dataDir => writeFileSync(join(dataDir, 'directory.json'), JSON.stringify({ countries: { TL: [bank] } })),
  })
})
afterAll(async () => {
  await reader?.stop()
  rmSync(exchange, { recursive: true, force: true })
})

test('a bank reads its order from its folder and answers by the commands of the page', async () => {
  const env = { FOLDER: exchange }
  const submitted = await reader.run('npx holdfast submit examples/request.json --member SG')
  const { requestId } = JSON.parse(submitted.stdout)
  const inExchange = (folder = '') => readdirSync(join(exchange, folder)).filter(name => name.endsWith('.json') && !name.startsWith('.'))
  const isReady = () => inExchange().length > 0 && existsSync(join(exchange, 'in'))
  await eventually(async () => (isReady() ? true : undefined), 'the order in the folder, and the folder for answers')
  const listed = await reader.run(page.take('sh', 'ls "$FOLDER"/*').text, env)
  expect(listed.stdout.trim()).toBe(join(exchange, inExchange()[0] ?? ''))
  expect(await reader.run(page.take('sh', 'mv').text, env)).toEqual({ code: 0, stdout: '', stderr: '' })
  const done = await reader.run(page.take('sh', 'done').text, env)
  expect(done.stdout.trim()).toMatch(/^[\da-f]{12}\.hold-1\.json$/)
  const { request } = await reaches(reader.engine, requestId, 'frozen.coverage.full')
  expect(request.amounts.frozen?.value).toBe('42300000.00')
  page.expectEachTaken()
})
