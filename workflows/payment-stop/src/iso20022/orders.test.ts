import { buildRequest } from '@holdfast/test-kit/requests'
import { expect, test } from 'vitest'
import { answered, uetr } from '../../test/iso20022/chain.ts'
import { isSharedThere, xsdComplaint } from '../../test/iso20022/shared.ts'
import type { Order } from '../language/index.ts'
import { checkCbpr } from './cbpr.ts'
import { correlate } from './correlate.ts'
import { formatMessage } from './format-message.ts'
import { messageOfOrder } from './orders.ts'
import { parseMessage } from './parse-message.ts'
import { caseIdOf, isCaseOf, referenceOf, uuidIn } from './references.ts'

const order: Order['data'] = {
  orderId: '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b',
  requestId: '6f0b8f5e-2c1d-5a34-9b7e-0123456789ab',
  kind: 'freeze',
  country: 'TL',
  requestingCountry: 'SG',
  caseReference: 'SG-2024-004711',
  institution: { bic: 'KMNSTLDL', name: 'Kamanasa Bank, Dili' },
  amount: { currency: 'USD', value: '42300000.00' },
  reason: 'Verified request to stop a payment',
  legalBasis: 'Cheating, Penal Code 1871, section 420 – “Schutz der Opfer” § 3',
  confidentiality: 'RESTRICTED',
  discloseToHolder: false,
  payment: buildRequest().payment,
}
const authority = { party: { name: 'Financial Intelligence Unit', country: 'TL' } }
const bank = { agent: { bic: 'BNTLTLDL' } }
const createdAt = '2024-07-23T10:40:00Z'

const messageOf = (change: Partial<Order['data']>, sending: Partial<Parameters<typeof messageOfOrder>[1]> = {}) => {
  const message = messageOfOrder({ ...order, ...change }, { sender: authority, createdAt, ...sending })
  if (!message.ok) throw new Error(JSON.stringify(message.error))
  return message.value
}
const problemsOf = (change: Partial<Order['data']>, sending: Partial<Parameters<typeof messageOfOrder>[1]> = {}) => {
  const message = messageOfOrder({ ...order, ...change }, { sender: authority, createdAt, ...sending })
  return message.ok ? [] : message.error
}
function xmlOf(message: unknown, name: string) {
  const xml = formatMessage(message)
  if (!xml.ok) throw new Error(JSON.stringify(xml.error))
  if (isSharedThere) expect(xsdComplaint(name, xml.value)).toBeUndefined()
  return xml.value
}

test('an order to freeze is a camt.056 for fraud that says in words what it has no element for', () => {
  const message = messageOf({})
  expect(message).toMatchObject({
    name: 'camt.056.001.08',
    body: {
      assignment: { id: '0f9e8d7c6b5a59388271605f4e3d2c1b', assigner: authority, assignee: { agent: { bic: 'KMNSTLDL' } } },
      underlying: [
        {
          transactions: [
            {
              case: { id: '6f0b8f5e2c1d5a349b7e0123456789ab' },
              uetr,
              endToEndId: 'PO-2024-7781',
              amount: { currency: 'USD', value: '42300000.00' },
              reasons: [
                {
                  reason: { code: 'FRAD' },
                  lines: expect.arrayContaining([
                    'HOLD UP TO USD 42300000.00. RETURN ONLY BY CONSENT, INDEMNITY OR ORDER.',
                    'NO WORD TO THE ACCOUNT HOLDER.',
                    'CASE SG-2024-004711 OF SG. RESTRICTED.',
                  ]),
                },
              ],
            },
          ],
        },
      ],
    },
  })
  const read = parseMessage(xmlOf(message, 'camt.056.001.08'))
  expect(read).toEqual({ ok: true, value: message })
})

test('the message permits notifying the holder only if the order allows it', () => {
  expect(JSON.stringify(messageOf({ discloseToHolder: true }))).not.toContain('NO WORD')
  expect(JSON.stringify(messageOf({}))).toContain('NO WORD')
})

test('a long legal basis is broken into lines of at most 105 characters and none is lost', () => {
  const legalBasis = `${'Gesetz über die Sicherung '.repeat(12)}${'x'.repeat(38)}`
  const message = messageOf({ legalBasis })
  if (message.kind !== 'cancellationRequest') throw new Error('no camt.056')
  const lines = message.body.underlying[0]?.transactions?.[0]?.reasons?.[0]?.lines ?? []
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(105)
  expect(lines.join(' ')).toContain(`LEGAL BASIS: ${legalBasis}`)
  xmlOf(message, 'camt.056.001.08')
})

test('a chase is a pacs.028 about the order that was not answered', () => {
  const freezeOrderId = '1f9e8d7c-6b5a-5938-8271-605f4e3d2c1b'
  const message = messageOf({ kind: 'chase' }, { freezeOrderId })
  expect(message).toMatchObject({
    name: 'pacs.028.001.03',
    body: {
      group: { messageId: referenceOf(order.orderId), instructedAgent: { bic: 'KMNSTLDL' } },
      transactions: [
        {
          requestId: referenceOf(order.requestId),
          originalMessage: { messageId: referenceOf(freezeOrderId), messageName: 'camt.056.001.08' },
          uetr,
        },
      ],
    },
  })
  expect(correlate(message)).toEqual({ requestId: order.requestId, orderId: order.orderId })
  xmlOf(message, 'pacs.028.001.03')
  expect(messageOf({ kind: 'chase' })).toMatchObject({ body: { transactions: [{ originalMessage: { messageName: 'pacs.008' } }] } })
})

test('orders without an equivalent message stay JSON, and the refusal gives the reason', () => {
  for (const kind of ['release', 'cancel', 'information'] as const)
    expect(problemsOf({ kind })).toEqual([{ code: 'RULE', path: '/kind', message: expect.stringContaining('JSON or a letter') }])
})

test('in CBPR+ an order is what SWIFT carries: 16 characters of the case, its characters, two banks', () => {
  for (const kind of ['freeze', 'chase'] as const) {
    const message = messageOf({ kind }, { sender: bank, profile: 'cbpr' })
    expect(checkCbpr(message)).toEqual([])
    expect(message.header).toMatchObject({ name: 'head.001.001.02', from: bank, createdAt: '2024-07-23T10:40:00+00:00' })
    const xml = formatMessage(message, { profile: 'cbpr' })
    expect(xml.ok && parseMessage(xml.value)).toEqual({ ok: true, value: message })
  }
  const freeze = JSON.stringify(messageOf({}, { sender: bank, profile: 'cbpr' }))
  expect(freeze).toContain('"id":"6f0b8f5e2c1d5a34"')
  expect(freeze).toContain('section 420 . .Schutz der Opfer. . 3')
  expect(problemsOf({}, { profile: 'cbpr' })).toContainEqual({
    code: 'RULE',
    path: '/Document/FIToFIPmtCxlReq/Assgnmt/Assgnr/Agt/FinInstnId/BICFI',
    message: 'is missing, and CBPR+ demands it',
  })
  const { uetr: _, ...withoutUetr } = order.payment
  expect(problemsOf({ payment: withoutUetr }, { sender: bank, profile: 'cbpr' })).toEqual([
    { code: 'RULE', path: '/Document/FIToFIPmtCxlReq/Undrlyg/TxInf/OrgnlUETR', message: 'is missing, and CBPR+ demands it' },
  ])
})

test('our ids go out as 32 digits, or 16 in CBPR+, and what comes back is known by them, in capitals too', () => {
  expect(uuidIn(referenceOf(order.orderId).toUpperCase())).toBe(order.orderId)
  for (const none of ['', 'CSE-001', order.orderId, 'g'.repeat(32), '0'.repeat(32)]) expect(uuidIn(none)).toBeUndefined()
  const answer = (caseId: string) => {
    const message = parseMessage(answered({ confirmation: 'CNCL' }).replaceAll(referenceOf(order.requestId), caseId))
    return message.ok ? correlate(message.value) : undefined
  }
  expect(answer(caseIdOf(order.requestId))).toEqual({ requestId: order.requestId })
  expect(answer(caseIdOf(order.requestId, 'cbpr'))).toEqual({ requestIdStart: '6f0b8f5e-2c1d-5a34' })
  expect(answer('CSE-001')).toBeUndefined()
  expect([caseIdOf(order.requestId), caseIdOf(order.requestId, 'cbpr'), 'CSE-001'].map(id => isCaseOf(order.requestId, id))).toEqual([
    true,
    true,
    false,
  ])
})

test('a UETR is never taken for a request, though it is a UUID', () => {
  const message = parseMessage(answered({ confirmation: 'CNCL' }).replaceAll(referenceOf(order.requestId), 'CSE-001'))
  expect(message.ok && correlate(message.value)).toBeUndefined()
})
