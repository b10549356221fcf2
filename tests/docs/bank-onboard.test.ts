import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Order } from '@holdfast/payment-stop/language'
import type { EngineKeys } from '@holdfast/schemas'
import { createEngineSignatureVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsIn, eventually, reaches } from '../src/engine.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('bank/onboard.md')
let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader?.stop())

test('a bank with a new key answers its first order by the commands of the page', async () => {
  const { engine, folder } = reader
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  expect(await reader.run(page.take('sh', 'keygen').text)).toMatchObject({ code: 0 })
  const registered = page.take('sh', 'members.new').text
  expect(await reader.run(registered)).toMatchObject({ code: 0, stderr: '' })
  expect(await reader.run(page.take('sh', 'submit').text)).toMatchObject({ code: 0 })

  const read = page.take('sh', 'waitSeconds').text
  const [defineToken = ''] = /^token\(\).*$/m.exec(read) ?? []
  // A reader is slower than the engine's check of the registry, a second.
  const listed = await eventually(async () => {
    const { code, stdout } = await reader.run(read)
    return code === 0 && json('orders.json').orders?.length > 0 ? stdout : undefined
  }, 'the order')
  expect(listed).toBe(page.take('json', '"freeze"').text)

  const whole = await reader.run(`${defineToken}\n${page.take('sh', 'ORDER=').text}`)
  expect(whole).toEqual({ code: 0, stdout: page.take('json', 'discloseToHolder').text, stderr: '' })
  const ORDER = json('orders.json').orders.at(-1).orderId
  expect(await reader.run(`${defineToken}\n${page.take('sh', 'answer.json').text}`, { ORDER })).toMatchObject({ code: 0 })
  const { requestId } = json('receipt.json').answers[0]
  expect((await reaches(engine, requestId, 'frozen.coverage.full')).request.amounts.frozen).toEqual({
    currency: 'USD',
    value: '42300000.00',
  })
  const outcome = await reader.run(`${defineToken}\n${page.take('sh', 'ANSWER=').text}`)
  expect(outcome).toMatchObject({ code: 0, stdout: page.take('json', '"outcome"').text })

  const keys = await reader.run(page.take('sh', 'engine-keys').text)
  expect(keys).toMatchObject({ code: 0, stderr: '' })
  const { keys: known } = json('engine.jwks') as EngineKeys
  expect(keys.stdout.trim().split('\n')).toEqual(known.map(({ kid }) => kid))
  const [order] = await eventsIn<Order>(engine.streams, { name: 'freeze.orders.tl' })
  if (!order) throw new Error('no order')
  expect(createEngineSignatureVerifier(known)(order)).toBeUndefined()
  expect(JSON.parse(Buffer.from(order.signature?.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
    typ: 'holdfast-order+jws',
    alg: 'Ed25519',
  })
  page.expectEachTaken()
})

test('a token of the bank opens no request', async () => {
  const made = await reader.run('npx holdfast token --member TL --role institution --person payments --key kamanasa-1.private.jwk')
  const response = await fetch(`${reader.engine.deskUrl}/v1/requests`, { headers: { authorization: `Bearer ${made.stdout.trim()}` } })
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([403, 'NOT_PERMITTED'])
})
