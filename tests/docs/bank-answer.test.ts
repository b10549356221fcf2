import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnswerView, answerBodySchema, answerCommands, type Order } from '@holdfast/payment-stop/language'
import { makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsIn, eventually, reaches } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('bank/answer.md')
let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader?.stop())

const samples = page
  .take('jsonl')
  .text.trim()
  .split('\n')
  .map(line => JSON.parse(line) as { readonly kind: string; readonly details: object })
const sampleOf = (kind: string) => samples.find(sample => sample.kind === kind)

test('the page has a valid sample of each kind of answer', () => {
  const order = {
    orderId: '3c9f1a52-7d0e-4b7e-9a45-0d5c8c1f6b11',
    requestId: '445a0189-a8e9-509e-8929-646bc5413012',
    institution: { bic: 'KMNSTLDL' },
  }
  expect(samples.map(({ kind }) => kind).sort()).toEqual(Object.keys(answerCommands).sort())
  for (const sample of samples) expect(answerBodySchema.safeParse({ ...order, ...sample }).error).toBeUndefined()
})

test('two people of a bank approve a return with the keys and commands of the page', async () => {
  const { engine, folder } = reader
  const bank = makeKey('kamanasa-1')
  const registry = { name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(bank) }
  expect(await reader.run(page.take('sh', 'keygen').text)).toMatchObject({ code: 0 })
  register(engine, 'TL', { institutions: [registry] })
  expect(await reader.run(page.take('sh', 'members.new').text)).toMatchObject({ code: 0, stderr: '' })

  const submitted = await reader.run('npx holdfast submit examples/request.json --member SG')
  const { requestId } = JSON.parse(submitted.stdout)
  const order = await eventually(
    async () => (await eventsIn<Order>(engine.streams, { name: 'freeze.orders.tl' }).catch(() => []))[0],
    'the order',
  )
  const { orderId, institution } = order.data
  const about = { orderId, requestId, institution: { bic: institution.bic } }
  const token = () => tokenBy(bank, { country: 'TL', role: 'institution', person: 'payments' })
  const held = await fetch(`${engine.intakeUrl}/v1/answers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json', 'idempotency-key': 'hold' },
    body: JSON.stringify({ ...about, ...sampleOf('frozen') }),
  })
  expect(held.status).toBe(202)
  await reaches(engine, requestId, 'frozen')
  writeFileSync(join(folder, 'order.json'), JSON.stringify(order))
  const sent = await reader.run(page.take('sh', 'for person').text)
  expect(sent.code).toBe(0)
  expect(sent.stdout.match(/"kind":"returnInitiated"/g)).toHaveLength(2)
  await reaches(engine, requestId, 'frozen.recovery.returning')
  const response = await fetch(`${engine.deskUrl}/v1/orders/${orderId}/answers`, { headers: { authorization: `Bearer ${await token()}` } })
  const { answers } = (await response.json()) as { answers: AnswerView[] }
  expect(answers.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
    'frozen applied',
    'returnInitiated proposed',
    'returnInitiated applied',
  ])
  page.expectEachTaken()
})
