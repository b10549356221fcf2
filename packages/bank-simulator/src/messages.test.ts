import { answersOf, correlate, formatMessage, messageOfOrder, parseMessage } from '@holdfast/payment-stop/iso20022'
import { answerSchema, type Order } from '@holdfast/payment-stop/language'
import { deterministicId, parseWith } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { describe, expect, test } from 'vitest'
import { type BankReply, messageOf } from './messages.ts'
import { type ReceivedOrder, readOrder } from './received-order.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const now = new Date('2024-07-23T02:30:00Z')
const { payment, offence, handling, caseReference } = buildRequest()
const requestId = deterministicId('a request')
const orderData: Order['data'] = {
  orderId: deterministicId('an order'),
  requestId,
  kind: 'freeze',
  country: 'TL',
  requestingCountry: 'SG',
  caseReference,
  institution: { bic: 'KMNSTLDL' },
  // Less than was paid: what is to be held stands in the words of a camt.056.
  amount: usd('900.00'),
  reason: 'Verified request to stop a payment',
  legalBasis: offence.legalBasis,
  confidentiality: handling.confidentiality,
  discloseToHolder: false,
  payment: { ...payment, amount: usd('1000.00') },
}
const event = {
  specversion: '1.0',
  id: orderData.orderId,
  source: '/holdfast/dispatch',
  type: 'holdfast.order.v1',
  time: now.toISOString(),
}
function xmlOf(data: Order['data']): string {
  const message = messageOfOrder(data, { sender: { party: { name: 'FIU', country: 'TL' } }, createdAt: now.toISOString() })
  const xml = message.ok ? formatMessage(message.value) : message
  if (!xml.ok) throw new Error(JSON.stringify(xml.error))
  return xml.value
}

function received(body: string, mediaType: string): ReceivedOrder {
  const order = readOrder(body, mediaType)
  if (!order.ok) throw new Error(order.error)
  return order.value
}

describe('an order is the same to the bank', () => {
  const asEvent = received(JSON.stringify({ ...event, data: orderData }), 'application/cloudevents+json; charset=utf-8')
  test('as a camt.056 and as JSON: what to hold, for whom, and which payment', () => {
    expect(asEvent).toMatchObject({ kind: 'freeze', requestId, orderId: orderData.orderId, amount: usd('900.00'), bic: 'KMNSTLDL' })
    const { event: _event, ...inJson } = asEvent
    expect({ ...received(xmlOf(orderData), 'application/xml; charset=utf-8'), writtenAs: 'JSON' }).toEqual(inJson)
  })

  test('as a pacs.028, which only chases', () => {
    expect(received(xmlOf({ ...orderData, kind: 'chase' }), 'application/xml')).toMatchObject({
      kind: 'chase',
      requestId,
      orderId: orderData.orderId,
    })
  })

  test.each([
    ['no order', '{"a":1}', 'application/json'],
    ['no bank message', '<a/>', 'application/xml'],
    ['no JSON', 'x', 'application/json'],
  ])('and %s is refused', (_what, body, mediaType) => {
    expect(readOrder(body, mediaType).ok).toBe(false)
  })
})

const onward = {
  rail: 'SWIFT' as const,
  executedAt: now.toISOString(),
  creditor: { name: 'X', account: { other: '1' } },
  creditorAgent: { bic: 'SIMUAE2X' },
}
const steps: ReadonlyArray<readonly [BankReply, string, string]> = [
  [{ kind: 'interim', reason: 'RQDA' }, 'camt.029', 'interim'],
  [{ kind: 'frozen', amount: usd('1.00') }, 'JSON', 'frozen'],
  [{ kind: 'movedOnward', amount: usd('1.00'), country: 'AE', onward }, 'JSON', 'movedOnward'],
  [{ kind: 'corrected', corrects: 'frozen', reason: 'The balance was less' }, 'JSON', 'corrected'],
  [{ kind: 'agrees' }, 'camt.029', 'returnInitiated'],
  [{ kind: 'agrees', part: '20 %' }, 'camt.029', 'returnInitiated'],
  [{ kind: 'returned', amount: usd('446915.78') }, 'pacs.004', 'returned'],
]
describe('what the bank says', () => {
  const order = received(xmlOf(orderData), 'application/xml')
  test.each(steps)('%o is a %s to banks, and read as %s', (step, writtenAs, kind) => {
    const message = messageOf(order, step, 1, 'iso20022', now)
    expect(message.writtenAs).toBe(writtenAs)
    if (message.writtenAs === 'JSON') {
      expect(parseWith(answerSchema, JSON.parse(message.body))).toMatchObject({ ok: true, value: { data: { kind, requestId } } })
      return
    }
    const parsed = parseMessage(message.body)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    expect(correlate(parsed.value)).toEqual({ requestId })
    const answers = answersOf(parsed.value, order.amount && { amount: order.amount })
    expect(answers.ok && answers.value.flatMap(({ answers: said }) => said.map(each => each.kind))).toEqual([kind])
  })

  test.each(steps)('%o is an event in JSON', (step, _writtenAs, kind) => {
    const { body } = messageOf(order, step, 1, 'json', now)
    expect(parseWith(answerSchema, JSON.parse(body))).toMatchObject({ ok: true, value: { data: { kind, orderId: orderData.orderId } } })
  })
})
