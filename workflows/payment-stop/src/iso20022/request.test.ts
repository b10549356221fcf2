import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cancelled, caseId, paid, uetr } from '../../test/iso20022/chain.ts'
import { hasXsd, isSharedThere, readSample, xsdComplaint } from '../../test/iso20022/shared.ts'
import { checkCbpr } from './cbpr.ts'
import { formatMessage } from './format-message.ts'
import { requestFields } from './mapping/request-fields.ts'
import { parseMessage } from './parse-message.ts'
import { camt056OfRequest, paymentOfPacs008, requestOfCamt056 } from './request.ts'

const making = { id: 'REQ-1', createdAt: '2024-07-23T10:25:00+08:00' }

function draftOf(xml: string | Uint8Array) {
  const message = parseMessage(xml)
  if (!message.ok || message.value.kind !== 'cancellationRequest') throw new Error(JSON.stringify(message))
  return requestOfCamt056(message.value.body)
}
function xmlOf(request: Parameters<typeof camt056OfRequest>[0]): string {
  const message = camt056OfRequest(request, making)
  const xml = message.ok ? formatMessage(message.value) : message
  if (!xml.ok) throw new Error(JSON.stringify(xml.error))
  return xml.value
}

test('a freeze request goes through a camt.056 and comes back the same', () => {
  const awkward = fc.constantFrom('NOTPROVIDED', '😀'.repeat(17), ' x ')
  const awkwardNumber = fc.constantFrom('NOTPROVIDED', 'x  y', '<&">')
  const awkwardText = fc.constantFrom('\ufffe'.repeat(20), ` x ${'\r\n'.repeat(20)}`, '\u200f😀'.repeat(20))
  const bent = fc.tuple(requestArbitrary, awkward, awkwardNumber, awkwardText).map(([request, one, two, facts]) => ({
    ...request,
    caseReference: request.recall.initiated ? request.caseReference : one,
    offence: { ...request.offence, facts },
    payment: { ...request.payment, messageId: two, creditor: { ...request.payment.creditor, name: one } },
  }))
  fc.assert(
    fc.property(fc.oneof(requestArbitrary, bent), request => {
      const xml = xmlOf(request)
      expect(draftOf(xml)).toEqual({ ok: true, value: { draft: request, missing: [], request } })
      if (hasXsd('camt.056.001.08')) expect(xsdComplaint('camt.056.001.08', xml)).toBeUndefined()
    }),
    { numRuns: drawnCases(1000), seed: 20240723 },
  )
}, 60_000)

test('what a camt.056 has an element for stands there, and only the rest in the supplement', () => {
  const xml = xmlOf(buildRequest())
  const supplement = JSON.parse(/<FreezeRequest[^>]*>(.*)<\/FreezeRequest>/s.exec(xml)?.[1]?.replaceAll('&quot;', '"') ?? '')
  expect(Object.keys(supplement).toSorted()).toEqual([
    'attestations',
    'beneficiaryCountry',
    'contact',
    'handling',
    'offence',
    'payment',
    'recall',
    'reportedAt',
    'requestingCountry',
    'victim',
  ])
  expect(supplement.payment).toEqual({ rail: 'SWIFT' })
  expect(xml).toContain(`<OrgnlUETR>${uetr}</OrgnlUETR>`)
})

test('a bank’s camt.056 is a draft that lists what it lacks, concludes the countries and is itself the recall', () => {
  const draft = draftOf(cancelled)
  if (!draft.ok) throw new Error('refused')
  expect(draft.value.draft).toEqual({
    caseReference: caseId,
    reason: 'FRAD',
    requestingCountry: 'SG',
    beneficiaryCountry: 'TL',
    recall: { initiated: true, reference: 'CXL-1', at: '2024-07-23T10:30:00+08:00' },
    payment: {
      uetr,
      messageId: 'MTT20240723-03',
      executedAt: '2024-07-23T08:05:00+08:00',
      instructionId: 'MTT-03',
      endToEndId: 'PO-2024-7781',
      amount: { currency: 'USD', value: '2234578.88' },
      settlementDate: '2024-07-23',
    },
  })
  expect(draft.value.request).toBeUndefined()
  expect(draft.value.missing.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      '/contact',
      '/offence',
      '/attestations',
      '/handling',
      '/victim',
      '/reportedAt',
      '/payment/rail',
      '/payment/debtor',
      '/payment/creditorAgent',
    ]),
  )
})

test('what is said twice has to be said alike', () => {
  const xml = xmlOf(buildRequest()).replace('{&quot;', '{&quot;reason&quot;:&quot;CUST&quot;,&quot;')
  expect(draftOf(xml)).toEqual({ ok: false, error: [{ code: 'TWICE', path: '/reason', message: 'is said twice, and not the same' }] })
})

test('a supplement can not make properties that a request does not have, nor any of JavaScript’s own', () => {
  const withMore = (json: string) => draftOf(xmlOf(buildRequest()).replace('{&quot;', `{${json.replaceAll('"', '&quot;')},&quot;`))
  const more = withMore('"isAdmin":true')
  expect(more.ok && more.value.missing).toEqual([{ code: 'UNKNOWN', path: '/isAdmin', message: 'this property is not known here' }])
  // What a key like this brings must not be inherited unseen, at the top or inside.
  const inner = xmlOf(buildRequest()).replace(
    '&quot;payment&quot;:{',
    '&quot;payment&quot;:{&quot;__proto__&quot;:{&quot;isAdmin&quot;:true},',
  )
  const inherited = draftOf(inner)
  expect(inherited.ok && inherited.value.missing).toEqual([
    { code: 'UNKNOWN', path: '/payment/__proto__', message: 'this property is not known here' },
  ])
  const top = withMore('"__proto__":{"isAdmin":true}')
  expect(top.ok && Reflect.get(top.value.draft, 'isAdmin')).toBeUndefined()
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(parseMessage(xmlOf(buildRequest()).replace('{&quot;', '['))).toMatchObject({
    ok: false,
    error: [{ path: expect.stringContaining('SplmtryData/Envlp/FreezeRequest') }],
  })
})

test('a supplement may have no list that is longer than any of a request, nor say one thing twice', () => {
  const withMore = (json: string) => parseMessage(xmlOf(buildRequest()).replace('{&quot;', `{${json.replaceAll('"', '&quot;')},&quot;`))
  const path = expect.stringContaining('SplmtryData/Envlp/FreezeRequest')
  const long = withMore(`"files":[${'{},'.repeat(1_000)}{}]`)
  expect(long).toMatchObject({ ok: false, error: [{ path, message: expect.stringContaining('more than 1000 elements') }] })
  expect(withMore('"a":1,"a":2')).toMatchObject({ ok: false, error: [{ path, message: expect.stringContaining('occurs twice') }] })
})

test('a camt.056 of two payments, or of none, is no request', () => {
  const [, transaction = ''] = /(<TxInf>.*<\/TxInf>)/s.exec(cancelled) ?? []
  for (const [xml, count] of [
    [cancelled.replace(transaction, transaction + transaction), 2],
    [cancelled.replace(transaction, ''), 0],
  ] as const)
    expect(draftOf(xml)).toMatchObject({ ok: false, error: [{ message: expect.stringContaining(`about ${count} payments`) }] })
})

test('others’ supplementary data is passed over', () => {
  const xml = cancelled.replace(
    '</FIToFIPmtCxlReq>',
    '<SplmtryData><Envlp><Foo xmlns="urn:x"><Bar/></Foo></Envlp></SplmtryData></FIToFIPmtCxlReq>',
  )
  expect(draftOf(xml)).toEqual(draftOf(cancelled))
})

test('for CBPR+ it is the recall that the victim’s bank sends: no supplement, nothing that SWIFT does not carry', () => {
  const recall = camt056OfRequest(buildRequest(), { ...making, profile: 'cbpr' })
  if (!recall.ok) throw new Error(JSON.stringify(recall.error))
  expect(checkCbpr(recall.value)).toEqual([])
  expect(recall.value.header).toMatchObject({ from: { agent: { bic: 'MERLSGSG' } }, to: { agent: { bic: 'KMNSTLDL' } } })
  expect(JSON.stringify(recall.value)).not.toContain('desk@police.example.sg')
  expect(camt056OfRequest(buildRequest({ reason: 'UAPA' }), { ...making, profile: 'cbpr' })).toEqual({
    ok: false,
    error: [
      {
        code: 'RULE',
        path: '/Document/FIToFIPmtCxlReq/Undrlyg/TxInf/CxlRsnInf/Rsn/Cd',
        message: expect.stringContaining('must be one of'),
      },
    ],
  })
})

test('each field of the table is read from a complete camt.056', () => {
  const message = camt056OfRequest(buildRequest({ payment: { instructionId: 'I', transactionId: 'T' } }), making)
  if (!message.ok) throw new Error('refused')
  const [transaction] = message.value.body.underlying[0]?.transactions ?? []
  for (const { field, read } of requestFields)
    expect(transaction && read({ message: message.value.body, transaction }), field).toBeDefined()
})

test('a pacs.008 says all of the payment but the rail it went by', () => {
  const message = parseMessage(paid)
  if (!message.ok || message.value.kind !== 'customerCreditTransfer') throw new Error('no pacs.008')
  expect(paymentOfPacs008(message.value.body)).toEqual({
    ok: true,
    value: {
      draft: {
        uetr,
        messageId: 'MTT20240723-03',
        instructionId: 'MTT-03',
        endToEndId: 'PO-2024-7781',
        amount: { currency: 'USD', value: '2234578.88' },
        executedAt: '2024-07-23T08:05:00+08:00',
        settlementDate: '2024-07-23',
        debtor: { name: 'Merlion Tin Trading Pte Ltd', account: { other: '0125550042' } },
        debtorAgent: { bic: 'MERLSGSG' },
        creditor: { name: 'Kamanasa Supplies Lda', account: { iban: 'TL380020123456789012345' } },
        creditorAgent: { bic: 'KMNSTLDLXXX', name: 'Kamanasa Bank, Dili' },
        intermediaries: [{ bic: 'PLMKUS33' }],
      },
      missing: [{ code: 'MISSING', path: '/rail', message: expect.any(String) }],
    },
  })
  const { transactions, ...rest } = message.value.body
  expect(paymentOfPacs008({ ...rest, transactions: [...transactions, ...transactions] }).ok).toBe(false)
})

test.runIf(isSharedThere)('the sample that came with the plan is a draft of a recall that is no fraud', () => {
  const draft = draftOf(readSample('camt.056.001.08_cbpr_MT192_A_D.xml'))
  expect(draft.ok && draft.value.draft).toMatchObject({
    caseReference: 'CSE-001',
    reason: 'AM09',
    requestingCountry: 'GB',
    beneficiaryCountry: 'BE',
  })
  expect(draft.ok && JSON.stringify(draft.value.draft)).not.toContain('NOTPROVIDED')
})
