import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { prepareStoppedEngine, runPage, type StoppedEngine } from './src/stopped-engine.ts'

const page = openPage('operate/backup.md')
let engine: StoppedEngine
beforeAll(async () => {
  engine = await prepareStoppedEngine()
})
afterAll(() => engine?.remove())

test('the commands copy a ledger and restore it into an empty engine', async () => {
  const { folder, dataDir, requestId } = engine
  expect(await runPage(page.take('sh', 'holdfast backup').text, folder, { HOLDFAST_DATA: dataDir })).toMatchObject({ code: 0 })
  const copy = join(folder, 'ledger.jsonl')
  expect(readFileSync(copy, 'utf8')).toContain(requestId)

  const empty = join(folder, 'empty')
  mkdirSync(empty, { mode: 0o700 })
  for (const file of readdirSync(dataDir).filter(name => /^(?:engine-secret|master-keys|keys\.sqlite(?:-wal)?)$/.test(name)))
    copyFileSync(join(dataDir, file), join(empty, file))
  const restore = page.take('sh', 'holdfast restore').text
  const restored = await runPage(restore, folder, { HOLDFAST_DATA: empty })
  expect(restored).toMatchObject({ code: 0 })
  expect(`${restored.stdout}${restored.stderr}`).toMatch(/\d{4}-\d\d-\d\dT/)
  // It writes into no ledger that has a history.
  expect(await runPage(restore, folder, { HOLDFAST_DATA: dataDir })).toMatchObject({ code: 2 })
  page.expectEachTaken()
})
