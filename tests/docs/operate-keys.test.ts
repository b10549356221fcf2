import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { prepareStoppedEngine, runPage, type StoppedEngine } from './src/stopped-engine.ts'

const page = openPage('operate/keys.md')
let engine: StoppedEngine
beforeAll(async () => {
  engine = await prepareStoppedEngine()
})
afterAll(() => engine?.remove())

test('the commands copy, restore and change the keys, and make a key and a token of an operator', async () => {
  const { folder, dataDir, requestId } = engine
  const copied = await runPage(page.take('sh', 'keys backup').text, folder, { HOLDFAST_DATA: dataDir })
  expect(copied).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'keys.jsonl'), 'utf8')).toContain(requestId)

  const empty = join(folder, 'empty')
  mkdirSync(empty, { mode: 0o700 })
  for (const file of ['engine-secret', 'master-keys']) copyFileSync(join(dataDir, file), join(empty, file))
  const restored = await runPage(page.take('sh', 'keys restore').text, folder, { HOLDFAST_DATA: empty })
  expect(restored).toMatchObject({ code: 0 })
  const again = await runPage('npx holdfast keys backup again.jsonl', folder, { HOLDFAST_DATA: empty })
  expect(again).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'again.jsonl'), 'utf8')).toContain(requestId)

  expect(await runPage(page.take('sh', 'keys rotate').text, folder, { HOLDFAST_DATA: dataDir })).toMatchObject({ code: 0 })

  const made = await runPage(page.take('sh', 'keygen --operator').text, folder)
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) })
  expect(JSON.parse(readFileSync(join(folder, 'operators.json'), 'utf8'))).toMatchObject({ keys: [{ kid: 'night' }] })
  page.expectEachTaken()
})
