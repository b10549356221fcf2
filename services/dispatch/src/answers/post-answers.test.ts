import { createHttp } from '@holdfast/http'
import { caseIdOf, referenceOf } from '@holdfast/payment-stop/iso20022'
import type { AnswerReceipt } from '@holdfast/payment-stop/language'
import { silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { paymentReturn, resolution } from '../../test/bank-messages.ts'
import { useUpHeldQuota } from '../../test/held-quota.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { postAnswers } from './post-answers.ts'

let world: AnswerWorld
let request: History
let http: ReturnType<typeof createHttp>
/** How often a key was claimed. */
let claims: number
beforeEach(async () => {
  world = await openAnswerWorld()
  request = verified(buildRequestNumber(1, { payment: { amount: usd('1000.00') } }))
  await world.writeFacts(request)
  await world.dispatchAll()
  http = createHttp({ log: silentLogger, whyNotReady: async () => [], verify: world.deps.verify })
  claims = 0
  const idempotency: typeof world.deps.idempotency = {
    ...world.deps.idempotency,
    claim(...acceptedCommands) {
      claims++
      return world.deps.idempotency.claim(...acceptedCommands)
    },
  }
  await postAnswers({ ...world.deps, idempotency, http }, world.signal)
  http.post('/another-endpoint', { config: { open: true } }, async () => 'taken')
})
afterEach(async () => {
  await http.close()
  await world.close()
})

const orderId = () => request.state().orders[0]?.orderId ?? ''
const caseId = () => referenceOf(request.requestId)
const dataOf = (kind: string, details: object, about: object = {}) => ({
  orderId: orderId(),
  requestId: request.requestId,
  institution: { bic: 'KMNSTLDL' },
  kind,
  details,
  ...about,
})
const eventOf = (id: string, data: object) => ({
  specversion: '1.0',
  id,
  source: '/institutions/tl',
  type: 'holdfast.answer.v1',
  time: '2024-07-23T02:30:00Z',
  data,
})

interface Sending {
  readonly sender?: string
  readonly key?: string
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
}
async function post(
  body: object | string | Buffer,
  { sender = 'TL/institution/a.bank', key, mediaType = 'application/json', headers = {} }: Sending = {},
) {
  const response = await http.inject({
    method: 'POST',
    url: '/v1/answers',
    headers: { authorization: `Bearer ${sender}`, 'content-type': mediaType, ...headers, ...(key ? { 'idempotency-key': key } : {}) },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
  return {
    status: response.statusCode,
    text: response.body,
    json: response.json() as AnswerReceipt & { code: string; problems: { path: string }[] },
  }
}
const xml = { mediaType: 'application/xml' }
/** The accepted commands. Nothing is in the topic of answers, where a token would be stored next to the answer. */
async function acceptedCommands() {
  expect(await world.recordsIn(topics.answers.name)).toEqual([])
  return (await world.commands()).map(({ id, type, data, actor }) => ({ id, kind: type.split('.').at(-1), data, actor }))
}

const held = { amount: usd('920.00'), basis: 'FIU_SUSPENSION' }

describe('an answer in JSON', () => {
  test('is accepted as an event, and the receipt has its interpretation with the id of its command', async () => {
    const answer = await post(eventOf('answer-1', dataOf('frozen', held)))
    const [command] = await acceptedCommands()
    expect([answer.status, answer.json]).toEqual([
      202,
      { answers: [{ answerId: command?.id, kind: 'frozen', orderId: orderId(), requestId: request.requestId }], attention: [] },
    ])
    expect(await acceptedCommands()).toMatchObject([{ kind: 'ReportFreeze', data: held, actor: 'TL/institution/a.bank' }])
  })

  test('that needs dual approval is refused after an old sign-in, in any format, and others are accepted', async () => {
    const since = (seconds: number) => ({ sender: `TL/institution/a.bank signed in ${seconds} s ago` })
    const returned = (id: string) => eventOf(id, dataOf('returnInitiated', { basis: 'CONSENT' }))
    for (const [body, sending] of [
      [returned('return-1'), {}],
      [resolution({ confirmation: 'CNCL', cases: [caseId()] }), xml],
    ] as const) {
      const answer = await post(body, { ...sending, ...since(301) })
      expect([answer.status, answer.json.code, answer.text]).toEqual([
        401,
        'SIGN_IN_AGAIN',
        expect.stringContaining('This needs dual approval'),
      ])
    }
    expect([claims, await acceptedCommands()]).toEqual([0, []])
    expect((await post(eventOf('hold-1', dataOf('frozen', held)), since(301))).status).toBe(202)
    expect((await post(returned('return-1'), since(299))).status).toBe(202)
    expect(await acceptedCommands()).toMatchObject([{ kind: 'ReportFreeze' }, { kind: 'InitiateReturn' }])
  })

  test('is accepted as its data alone, under a key', async () => {
    const answer = await post(dataOf('frozen', held), { key: 'hold-1' })
    expect([answer.status, answer.json.answers[0]?.kind]).toEqual([202, 'frozen'])
    expect(await acceptedCommands()).toMatchObject([{ kind: 'ReportFreeze', data: held, actor: 'TL/institution/a.bank' }])
  })

  test('leaves no token in any topic, only the identity of the sender', async () => {
    await post(eventOf('answer-1', dataOf('frozen', held)))
    await post(resolution({ confirmation: 'PDCR', reason: 'RQDA', cases: [caseId()] }), xml)
    for (const { name } of Object.values(topics))
      for (const record of await world.recordsIn(name)) expect(JSON.stringify(record)).not.toContain('Bearer')
    expect(await acceptedCommands()).toHaveLength(2)
  })

  test('is accepted as an event in binary mode with percent-encoded attributes', async () => {
    const { data, ...attributes } = eventOf('answer 1', dataOf('frozen', held))
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]))
    const answer = await post(data, { headers: { ...headers, 'ce-partitionkey': 'k' } })
    const commands = await acceptedCommands()
    expect(commands).toMatchObject([{ kind: 'ReportFreeze', data: held }])
    expect([answer.status, answer.json.answers[0]?.answerId]).toEqual([202, commands[0]?.id])
    const wrong = await post({ ...data, details: {} }, { headers })
    expect([wrong.status, wrong.json.problems.map(({ path }) => path)]).toEqual([422, ['/details/amount', '/details/basis']])
  })

  test.each([
    ['bytes that are not UTF-8', Buffer.from('{"name":"José"}', 'latin1'), 'application/json', 400, ''],
    ['a duplicate member', '{"kind":"frozen","kind":"noFunds"}', 'application/cloudevents+json', 400, '/kind'],
    ['another encoding', '{}', 'application/json; charset=iso-8859-1', 415, 'content-type'],
    ['another encoding', '<a/>', 'application/xml; charset=iso-8859-1', 415, 'content-type'],
    ['several events at once', '[]', 'application/cloudevents-batch+json', 415, undefined],
  ])('in %s is refused with the JSON pointer', async (_what, body, mediaType, status, path) => {
    const answer = await post(body, { mediaType, key: 'k' })
    expect([answer.status, answer.json.problems?.[0]?.path]).toEqual([status, path])
  })

  test('needs a key if it has no id of its own', async () => {
    const answer = await post(dataOf('frozen', held))
    expect([answer.status, answer.json.code]).toEqual([400, 'KEY_MISSING'])
  })

  test('is accepted as application/cloudevents+json too', async () => {
    const answer = await post(eventOf('answer-1', dataOf('frozen', held)), { mediaType: 'application/cloudevents+json' })
    expect(answer.status).toBe(202)
    const nonsense = await post('{', { mediaType: 'application/cloudevents+json' })
    expect([nonsense.status, nonsense.json.code]).toEqual([400, 'NOT_JSON'])
  })

  test('that is malformed is refused with the JSON pointer of every problem, and stored nowhere', async () => {
    const event = await post(eventOf('answer-1', dataOf('frozen', { amount: usd('-1'), basis: 'WISH' })))
    expect(event.json.problems.map(({ path }) => path)).toEqual(['/data/details/amount/value', '/data/details/basis'])
    const data = await post(dataOf('returned', { amount: usd('1.00') }), { key: 'k' })
    expect([data.status, data.json.problems.map(({ path }) => path)]).toEqual([422, ['/details/reference']])
    expect(await acceptedCommands()).toEqual([])
  })
})

describe('a bank’s message', () => {
  test.each([
    ['with the whole case', () => caseIdOf(request.requestId)],
    ['with the half that fits into CBPR+', () => caseIdOf(request.requestId, 'cbpr')],
  ])('%s is accepted with its interpretation in the receipt', async (_what, namedCase) => {
    const answer = await post(resolution({ confirmation: 'PDCR', reason: 'RQDA', cases: [namedCase()] }), xml)
    expect([answer.status, answer.json.attention]).toEqual([202, []])
    expect(answer.json.answers).toMatchObject([{ kind: 'interim', orderId: orderId(), requestId: request.requestId }])
    expect(await acceptedCommands()).toMatchObject([{ kind: 'ReportInterim', data: { reason: 'RQDA' } }])
  })

  test('is decoded by its own encoding', async () => {
    const text = `\ufeff${paymentReturn(request.requestId, usd('446.91')).replace('UTF-8', 'UTF-16')}`
    const answer = await post(Buffer.from(text, 'utf16le'), { mediaType: 'text/xml' })
    expect(answer.json.answers).toMatchObject([{ kind: 'returned' }])
    expect(await acceptedCommands()).toMatchObject([{ kind: 'ReportReturn', data: { amount: usd('446.91') } }])
  })

  test('about more than fifty payments is refused without a lookup', async () => {
    const answer = await post(resolution({ confirmation: 'RJCR', reason: 'AM04', cases: Array.from({ length: 51 }, caseId) }), xml)
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('is about 51 payments; the limit is 50')])
    expect(await acceptedCommands()).toEqual([])
  })

  test('that a person has to resolve is reported in the receipt, and its country is notified', async () => {
    const answer = await post(resolution({ confirmation: 'PECR', lines: ['20 %'], cases: [caseId()] }), xml)
    expect([answer.status, answer.json.answers.map(({ kind }) => kind)]).toEqual([202, ['returnInitiated']])
    expect(answer.json.attention).toMatchObject([{ code: 'IN_PART' }])
    await acceptedCommands()
    expect((await world.notifications('TL')).map(({ data }) => data)).toMatchObject([{ kind: 'answer', code: 'IN_PART' }])
  })

  test('is quoted to its country but not in the stored receipt', async () => {
    const message = resolution({ confirmation: 'PECR', lines: ['THE MARMALADEFOX CLAIMS A GIFT'], cases: [caseId()] })
    const answer = await post(message, xml)
    expect([answer.status, answer.json.attention[0]?.code]).toEqual([202, 'IN_PART'])
    expect(answer.text.toLowerCase()).not.toContain('marmaladefox')
    expect((await post(message, xml)).text).toBe(answer.text)
    const [notification] = await world.notifications('TL')
    expect(notification?.data).toMatchObject({ message: expect.stringContaining('The bank says: "THE MARMALADEFOX CLAIMS A GIFT".') })
    const returned = await post(
      paymentReturn(request.requestId, usd('4.00'), { words: `${referenceOf(request.requestId)} MARMALADEFOX` }),
      xml,
    )
    expect([returned.status, returned.text.toLowerCase()]).toEqual([202, expect.not.stringContaining('marmaladefox')])
  })

  test.each([
    ['that is no XML', 'nonsense'],
    ['that names an entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['that answers nothing', '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq/></Document>'],
  ])('%s is refused with its problems, and stored nowhere', async (_what, text) => {
    const answer = await post(text, xml)
    expect([answer.status, answer.json.code]).toEqual([422, 'MALFORMED'])
    expect(answer.json.problems.length).toBeGreaterThan(0)
    expect(await acceptedCommands()).toEqual([])
  })

  test('is accepted at no other endpoint of the engine', async () => {
    const response = await http.inject({
      method: 'POST',
      url: '/another-endpoint',
      headers: { 'content-type': 'application/xml' },
      payload: '<a/>',
    })
    expect(response.statusCode).toBe(415)
  })
})

describe('an answer to no order of its country', () => {
  test.each([
    ['in JSON', 'TL', () => [eventOf('a', dataOf('frozen', held, { orderId: '1c0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e32' })), {}] as const],
    ['as a bank’s message', 'TL', () => [resolution({ confirmation: 'RJCR', reason: 'AM04', cases: ['KMN-77'] }), xml] as const],
    [
      'that names another institution than its order',
      'TL',
      () => [eventOf('a', dataOf('frozen', held, { institution: { bic: 'EXMPTLDL' } })), {}] as const,
    ],
    ['of another country', 'MY', () => [eventOf('a', dataOf('frozen', held)), { sender: 'MY/institution/a.bank' }] as const],
  ])('%s is refused at once and leaves no record, dead letter, notification or claim', async (_what, country, sending) => {
    const [body, options] = sending()
    const answer = await post(body, options)
    expect([answer.status, answer.json.code]).toEqual([404, 'ORDER_UNKNOWN'])
    expect([await acceptedCommands(), await world.deadLetters(), await world.notifications(country), claims]).toEqual([[], [], [], 0])
  })

  test('next to one that is known is reported in the receipt', async () => {
    const cases = [caseId(), referenceOf('0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31')]
    const answer = await post(resolution({ confirmation: 'RJCR', reason: 'AM04', cases }), xml)
    expect([answer.status, answer.json.answers.length]).toEqual([202, 1])
    expect(answer.json.attention).toMatchObject([{ code: 'ORDER_UNKNOWN', requestId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }])
    expect(await world.notifications('TL')).toEqual([])
  })
})

test('an answer beyond the quota of a parked request is refused, and accepted later under the same key; a repeat counts once', async () => {
  const first = eventOf('answer-1', dataOf('frozen', held))
  const second = eventOf('answer-2', dataOf('frozen', { ...held, amount: usd('1.00') }))
  expect((await post(first)).status).toBe(202)
  const release = await useUpHeldQuota(world, request.requestId, await world.commands())
  const claimed = claims
  const refused = await post(second)
  expect([refused.status, refused.json.code, claims]).toEqual([429, 'HELD_FULL', claimed])
  expect((await post(first)).status).toBe(202)
  await release()
  await vi.waitFor(async () => expect((await post(second)).status).toBe(202), 10_000)
  expect(await acceptedCommands()).toHaveLength(2)
})

test('a country with too many waiting answers is refused with 429; another country’s answer is accepted', async () => {
  const unknown = (n: number) => post(eventOf(`a-${n}`, dataOf('frozen', held)), { sender: 'KE/institution/a.bank' })
  const statuses = Promise.all(Array.from({ length: 300 }, (_, n) => unknown(n).then(({ status }) => status)))
  expect((await post(eventOf('answer-1', dataOf('frozen', held)))).status).toBe(202)
  const counted = Map.groupBy(await statuses, status => status)
  expect([...counted].map(([status, list]) => [status, list.length]).toSorted()).toEqual([
    [404, 128],
    [429, 172],
  ])
})

describe('an answer that is sent again', () => {
  test('gets the identical receipt, and counts once', async () => {
    const message = paymentReturn(request.requestId, usd('100.00'))
    const first = await post(message, xml)
    const again = await post(message, { ...xml, sender: 'TL/institution/b.bank' })
    expect(again).toEqual(first)
    expect(await acceptedCommands()).toHaveLength(1)
  })

  test('in another notation, under the same number, is the same', async () => {
    const message = paymentReturn(request.requestId, usd('100.00'))
    const first = await post(message, xml)
    expect(await post(message.replace('2024-07-24T09:00:00', '2024-07-24T09:30:00'), xml)).toEqual(first)
    const event = eventOf('answer-1', dataOf('frozen', held))
    expect(await post({ ...event, time: '2024-07-23T02:31:00Z' })).toEqual(await post(event))
    const other = await post(eventOf('answer-1', dataOf('frozen', { ...held, basis: 'COURT' })))
    expect([other.status, other.json.code]).toEqual([422, 'KEY_REUSED'])
    expect(await acceptedCommands()).toHaveLength(2)
  })

  test('under the number of another message is refused', async () => {
    await post(paymentReturn(request.requestId, usd('100.00')), xml)
    const other = await post(paymentReturn(request.requestId, usd('200.00')), xml)
    expect([other.status, other.json.code]).toEqual([422, 'KEY_REUSED'])
  })

  test('by a second officer is that officer’s approval', async () => {
    const agreed = resolution({ confirmation: 'CNCL', cases: [caseId()] })
    const ids = []
    for (const sender of ['TL/institution/a.bank', 'TL/institution/b.bank'])
      ids.push((await post(agreed, { ...xml, sender })).json.answers[0]?.answerId)
    expect(new Set(ids).size).toBe(2)
    expect((await acceptedCommands()).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['InitiateReturn', 'TL/institution/a.bank'],
      ['InitiateReturn', 'TL/institution/b.bank'],
    ])
  })

  test('by a second officer under the first one’s id is refused, because it would be a repeat and no approval', async () => {
    const event = eventOf('return-1', dataOf('returnInitiated', { basis: 'CONSENT' }))
    expect((await post(event)).status).toBe(202)
    const second = await post(event, { sender: 'TL/institution/b.bank', key: 'another' })
    expect([second.status, second.json.code]).toEqual([422, 'KEY_REUSED'])
    expect(await acceptedCommands()).toHaveLength(1)
  })
})

test.each([
  ['an officer', 'TL/officer/a.costa', 403],
  ['an unknown sender', 'unknown', 401],
])('%s may not answer orders', async (_who, sender, status) => {
  expect((await post(eventOf('a', dataOf('frozen', held)), { sender })).status).toBe(status)
  expect(await acceptedCommands()).toEqual([])
})

test.each([['application/json'], ['application/xml']])('a body of %s that is too large is refused before it is read', async mediaType => {
  expect((await post('x'.repeat(300_000), { mediaType })).status).toBe(413)
})
