import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { prepareStoppedEngine, runPage, type StoppedEngine } from './src/stopped-engine.ts'

const page = openPage('operate/repartition.md')
let engine: StoppedEngine
beforeAll(async () => {
  engine = await prepareStoppedEngine()
})
afterAll(() => engine?.remove())

test('the commands preview the move of a ledger, and move it to a topic with the next number', async () => {
  const { folder, dataDir } = engine
  const preview = await runPage(page.take('sh', '--preview').text, folder, { HOLDFAST_DATA: dataDir })
  expect(preview).toMatchObject({ code: 0 })
  const moved = await runPage(page.take('sh', '--partitions 8').text, folder, { HOLDFAST_DATA: dataDir })
  expect(moved).toMatchObject({ code: 0 })
  expect(`${moved.stdout}${moved.stderr}`).toContain('HOLDFAST_LEDGER_NUMBER=2')
  page.expectEachTaken()
})
