import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@holdfast/test-kit/ports'
import { startProcess } from '@holdfast/test-kit/start-process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../src/engine.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage, runShell } from './src/open-page.ts'

const page = openPage('bank/webhook.md')
let reader: Reader
let end = async () => undefined as unknown
let port = 0
const atPort = (text: string) => text.replaceAll('9090', `${port}`)
beforeAll(async () => {
  port = await freePort()
  // A running engine reads the file within a second, so an order sent at once could miss it.
  const enter = atPort(page.take('sh', 'directory.json').text)
  reader = await startReader({
    prepare: async dataDir => {
      const entered = await runShell(enter.replaceAll('.holdfast', '.'), { cwd: dataDir })
      expect(entered).toMatchObject({ code: 0, stderr: '' })
    },
  })
})
afterAll(async () => {
  await end()
  await reader?.stop()
})

test('the receiver of the page stores an order once, and rejects what the engine did not sign', async () => {
  const { folder } = reader
  writeFileSync(join(folder, 'receiver.mjs'), atPort(page.take('js').text))
  const receiver = startProcess('bash', ['-c', page.take('sh', 'receiver.mjs').text.replace(' node ', ` exec ${process.execPath} `)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  end = async () => receiver.exitCode === null && receiver.kill('SIGTERM') && (await once(receiver, 'exit'))
  let output = ''
  receiver.stdout?.on('data', chunk => {
    output += String(chunk)
  })
  await eventually(async () => (existsSync(join(folder, 'orders')) ? true : undefined), 'the receiver has started')
  expect(await reader.run(page.take('sh', 'submit').text)).toMatchObject({ code: 0 })
  await eventually(async () => (output.includes('stored orders/') ? true : undefined), 'the order was stored')
  expect(await reader.run(page.take('sh', 'jq').text)).toEqual({ code: 0, stdout: page.take('json').text, stderr: '' })

  const onboard = openPage('bank/onboard.md')
  for (const step of ['keygen', 'members.new']) expect(await reader.run(onboard.take('sh', step).text)).toMatchObject({ code: 0 })
  const answer = page.take('sh', 'ANSWER=').text
  const applied = page.take('json', 'applied').text
  // The engine reads the registry within a second, and decides on an answer after its receipt.
  await eventually(async () => ((await reader.run(answer)).stdout === applied ? true : undefined), 'the answer was applied')

  const headers = {
    'webhook-id': 'forged',
    'webhook-timestamp': `${Math.floor(Date.now() / 1000)}`,
    'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
  }
  expect((await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', headers, body: '{}' })).status).toBe(401)
  expect(readdirSync(join(folder, 'orders'))).toHaveLength(1)
  page.expectEachTaken()
})
