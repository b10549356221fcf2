import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, reaches } from '../src/engine.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage, runShell } from './src/open-page.ts'

const page = openPage('bank/files.md')
let reader: Reader
let exchange = ''
beforeAll(async () => {
  const setUp = page.take('sh', 'directory.json').text
  // A running engine reads the file within a second, so an order sent at once could miss it.
  reader = await startReader({
    prepare: async dataDir => {
      exchange = join(dataDir, 'kamanasa')
      expect(await runShell(setUp.replaceAll('.holdfast/', ''), { cwd: dataDir })).toMatchObject({ code: 0, stderr: '' })
    },
  })
})
afterAll(() => reader?.stop())

test('a bank reads its order from its folder and answers by the commands of the page', async () => {
  const env = { FOLDER: exchange }
  const submitted = await reader.run('npx holdfast submit examples/request.json --member SG')
  const { requestId } = JSON.parse(submitted.stdout)
  const inExchange = (folder = '') => readdirSync(join(exchange, folder)).filter(name => name.endsWith('.json') && !name.startsWith('.'))
  const isReady = () => inExchange().length > 0 && existsSync(join(exchange, 'in'))
  await eventually(async () => (isReady() ? true : undefined), 'the order in the folder, and the folder for answers')
  const answered = await reader.run(`${page.take('sh', 'ORDER=').text}\n${page.take('sh', 'mv').text}`, env)
  expect(answered).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(answered.stdout)).toMatchObject({ requestId, kind: 'freeze' })
  const done = await reader.run(page.take('sh', 'done').text, env)
  expect(done.stdout.trim()).toMatch(/^[\da-f]{12}\.hold-1\.json$/)
  const { request } = await reaches(reader.engine, requestId, 'frozen.coverage.full')
  expect(request.amounts.frozen?.value).toBe('42300000.00')
  page.expectEachTaken()
})
