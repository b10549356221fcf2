import type { Order } from '@holdfast/payment-stop/language'
import { ordersTopic, orderType } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { expect, test } from 'vitest'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'
import { previewOf, recordsOf } from './redrive.ts'

const id = '5c8a7d1e-6f0b-5a53-9c57-0f4e4b8c2d11'
const { payment, offence, handling, caseReference } = buildRequest()
const order: Order = {
  specversion: '1.0',
  id,
  source: '/holdfast/dispatch',
  type: orderType,
  subject: id,
  time: '2024-07-23T02:25:00.000Z',
  data: {
    orderId: id,
    requestId: id,
    kind: 'freeze',
    country: 'TL',
    requestingCountry: 'SG',
    caseReference,
    institution: payment.creditorAgent,
    amount: payment.amount,
    reason: 'Verified request to stop a payment',
    legalBasis: offence.legalBasis,
    confidentiality: handling.confidentiality,
    discloseToHolder: handling.discloseToHolder,
    payment,
  },
}

const put = (value: string, reason = 'whether it went out is not known') => ({
  topic: ordersTopic('TL').name,
  partition: 0,
  offset: 7,
  key: id,
  headers: {},
  value,
  service: 'dispatch',
  reason,
})
const previewed = (value: string, reason?: string) =>
  previewOf([paymentStopDesk], {
    number: 1,
    letter: {
      specversion: '1.0',
      id,
      source: '/holdfast/dispatch',
      type: 'holdfast.dead-letter.v1',
      time: order.time,
      data: put(value, reason),
    },
  })

test('an uncertain order can be sent again, and is planned for recipients outside the topic', () => {
  const text = JSON.stringify(order)
  expect(previewed(text)).toMatchObject({ topic: 'freeze.orders.tl', problems: [], sender: null })
  expect(previewed(text).why).toBeUndefined()
  const records = recordsOf([paymentStopDesk], put(text), new Date('2024-07-23T03:00:00Z'))
  expect(records.map(({ topic, key }) => [topic, key])).toEqual([
    ['freeze.deliveries', id],
    ['freeze.orders.tl', id],
  ])
  expect(JSON.parse(records[0]?.value ?? '').data).toMatchObject({ kind: 'planned', orderId: id, order: { id } })
  expect(records[1]?.value).toBe(text)
})

test('a record that is no order is not sent to institutions', () => {
  expect(previewed('{"id":"x"}').why).toBe('It is not an order.')
})

test.each([
  ['it is too large (the value is cut after 900 characters)', true],
  ['it is (for a reason) too large (the key is cut after 3 characters; headers are cut or left out)', true],
  ['the value is cut after 900 characters', false],
  ['it says (is cut after) and goes on', false],
  ['it says (headers are cut) twice)', false],
  ['is cut after)', false],
])('a letter with the reason "%s" is known as one that holds a part of its record: %s', (reason, isCut) => {
  expect(previewed(JSON.stringify(order), reason).why?.includes('did not fit') ?? false).toBe(isCut)
})
