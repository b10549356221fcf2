import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referenceOf } from '@holdfast/payment-stop/iso20022'
import type { AnswerReceipt, Order } from '@holdfast/payment-stop/language'
import { makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasXsd, xsdComplaint } from '../../workflows/payment-stop/test/iso20022/shared.ts'
import { eventsIn, eventually, reaches } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'
import { type Reader, startReader } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('bank/iso20022.md')
const [order, resolution, paymentReturn] = ['camt.056', 'camt.029', 'pacs.004'].map(family => page.take('xml', family).text) as [
  string,
  string,
  string,
]
const idIn = (xml: string, pattern: RegExp): string => pattern.exec(xml)?.[1] ?? ''
const pageOrder = idIn(order, /<Assgnmt>\s*<Id>(\w+)/)
const pageRequest = idIn(order, /<Case>\s*<Id>(\w+)/)
const withoutTime = (xml: string) => xml.replace(/<CreDtTm>.*?<\/CreDtTm>/, '').trim()

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader?.stop())

test.each([
  ['camt.056.001.08', order],
  ['camt.029.001.09', resolution],
  ['pacs.004.001.10', paymentReturn],
])('the %s of the page is valid by its XSD', (name, xml) => {
  if (hasXsd(name)) expect(xsdComplaint(name, xml)).toBeUndefined()
  else console.log(`skipped: the XSD of ${name} is missing, so the sample is only read by the engine`)
})

test('the engine writes the order of the page, and the answers of the page return the money', async () => {
  const { engine, folder } = reader
  const { requestId } = JSON.parse((await reader.run('npx holdfast submit examples/request.json --member SG')).stdout)
  const { orderId } = (
    await eventually(async () => (await eventsIn<Order>(engine.streams, { name: 'freeze.orders.tl' }).catch(() => []))[0], 'the order')
  ).data
  const about = (xml: string) => xml.replaceAll(pageRequest, referenceOf(requestId)).replaceAll(pageOrder, referenceOf(orderId))
  const [a, b] = [makeKey('a.bank'), makeKey('b.bank')]
  const persons = [
    { person: 'a.bank', keys: keySetOf(a) },
    { person: 'b.bank', keys: keySetOf(b) },
  ]
  register(engine, 'TL', { institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(makeKey('kamanasa-1')), persons }] })
  const token = (person = 'a.bank') => tokenBy(person === 'a.bank' ? a : b, { country: 'TL', role: 'institution', person })
  const written = await eventually(async () => {
    const headers = { authorization: `Bearer ${await token()}` }
    const response = await fetch(`${engine.deskUrl}/v1/orders/${orderId}?format=iso20022`, { headers })
    return response.status === 200 ? response.text() : undefined
  }, 'the order as a bank message')
  expect(withoutTime(written)).toBe(withoutTime(about(order)))

  async function answer(body: string, contentType: string, person?: string): Promise<AnswerReceipt> {
    const response = await fetch(`${engine.intakeUrl}/v1/answers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token(person)}`, 'content-type': contentType, 'idempotency-key': crypto.randomUUID() },
      body,
    })
    expect(response.status).toBe(202)
    return (await response.json()) as AnswerReceipt
  }
  const inJson = (kind: string, details: object, person?: string) =>
    answer(JSON.stringify({ orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind, details }), 'application/json', person)

  writeFileSync(join(folder, 'camt.029.xml'), resolution)
  expect((await reader.run(page.take('sh', 'convert').text)).stdout).toBe(page.take('json', 'RQDA').text)
  const defineToken = `token() { echo ${await token()}; }`
  expect(await reader.run(`${defineToken}\n${page.take('sh', 'curl').text}`, { ORDER: orderId })).toEqual({
    code: 0,
    stdout: page.take('json', 'interim').text,
    stderr: '',
  })
  const outcome = page.take('sh', '/answers"').text
  const decided = page.take('json', 'applied').text
  await eventually(async () => (await reader.run(`${defineToken}\n${outcome}`, { ORDER: orderId })).stdout === decided, 'the outcome')
  await inJson('frozen', { amount: { currency: 'USD', value: '42300000.00' }, basis: 'VOLUNTARY' })
  await reaches(engine, requestId, 'frozen')
  for (const person of ['a.bank', 'b.bank']) await inJson('returnInitiated', { basis: 'CONSENT' }, person)
  await reaches(engine, requestId, 'frozen.recovery.returning')
  writeFileSync(join(folder, 'pacs.004.xml'), paymentReturn)
  const sent = await reader.run(`token() { echo ${await token()}; }\n${page.take('sh', 'pacs.004.xml').text}`, {
    CASE: referenceOf(requestId),
  })
  expect(sent).toEqual({ code: 0, stdout: page.take('json', 'returned').text, stderr: '' })
  const receipt = JSON.parse(readFileSync(join(folder, 'receipt.json'), 'utf8'))
  expect(receipt).toMatchObject({ answers: [{ kind: 'returned', orderId, requestId }], attention: [] })
  expect((await reaches(engine, requestId, 'recovered')).request.amounts.recovered?.value).toBe('42300000.00')
  page.expectEachTaken()
})
