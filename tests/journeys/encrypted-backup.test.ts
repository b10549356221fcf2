import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBank } from '@holdfast/test-kit/bank'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, reaches, submit } from '../src/engine.ts'
import { runHoldfastWith } from '../src/holdfast-command.ts'
import { personalDataIn, requestWithPersonalData } from '../src/personal-data.ts'

const sent = requestWithPersonalData(920_001)
const note = 'The marmaladefox rang twice'

test('a backup by "holdfast backup" contains no plaintext of an encrypted request and can be read with its keys only', async () => {
  const engine = await startEmbeddedEngine()
  onTestFinished(() => engine.stop())
  const bank = await startBank(engine)
  const requestId = await submit(engine, ['SG', 'system', 'ncb'], sent, 'encrypted-1')
  const share = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: note }
  const { desk } = clientsOf(engine, ['SG', 'officer', 'i.wolframite'])
  expect(await desk.act(requestId, 'ShareRequest', share, { idempotencyKey: 'encrypted-note' })).toMatchObject({ ok: true })
  await reaches(engine, requestId, 'recovered')
  await bank.stop()

  let copy = ''
  await engine.restart(async dataDir => {
    const file = join(dataDir, 'ledger.jsonl')
    expect(await runHoldfastWith({ HOLDFAST_DATA: dataDir }, 'backup', file)).toMatchObject({ code: 0 })
    copy = readFileSync(file, 'utf8')
  })
  const ofRequest = copy.split('\n').filter(line => line.includes(requestId))
  expect(ofRequest.length).toBeGreaterThan(6)
  expect([...personalDataIn(sent), note].filter(word => copy.includes(word))).toEqual([])
  const shown = await clientsOf(engine, ['SG', 'officer', 'i.wolframite']).desk.show(requestId)
  expect(shown.ok && shown.value.history[0]?.data).toMatchObject({ request: sent })
})
