import { caseIdOf, referenceOf } from '@holdfast/iso20022'
import { type BankMessage, bankMessagesTopic, deterministicId, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { medianTimesMs } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { paymentReturn, resolution } from '../../test/bank-messages.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from './on-answer.ts'
import { readAnswer } from './read-answers.ts'

let request: History
let another: History
let world: AnswerWorld
beforeEach(async () => {
  world = await openAnswerWorld()
  request = verified(buildRequestNumber(1, { payment: { amount: usd('1000.00') } }))
  another = verified(buildRequestNumber(2, { payment: { amount: usd('70.00') } }))
  for (const history of [request, another]) await world.writeFacts(history)
  await world.dispatchAll()
})
afterEach(() => world.close())

let offset = 0
const record = (xml: string, sender = 'TL/institution/a.bank', mediaType = 'application/xml'): StreamRecord => ({
  topic: topics.answers.name,
  partition: 0,
  offset: offset++,
  key: 'what the bank likes',
  value: xml,
  headers: { authorization: `Bearer ${sender}`, 'content-type': mediaType },
  timestampMs: Date.parse('2024-07-23T02:30:01Z'),
})

async function work(...records: StreamRecord[]) {
  await onAnswers(world.deps, world.signal)(records)
  const commands = await world.commands()
  return {
    commands,
    given: commands.map(({ subject, type, data }) => [subject, type.split('.').at(-1), data]),
    letters: (await world.letters()).map(({ data }) => data.reason),
    notices: (await world.notices('TL')).map(({ data }) => data),
  }
}

const said = (requestId: string) => ({ confirmation: 'RJCR', reason: 'AM04', cases: [referenceOf(requestId)] })

test.each([
  ['its whole id, as our camt.056 gives it', () => ({ cases: [caseIdOf(request.requestId)] })],
  ['the half of its id that CBPR+ has room for', () => ({ cases: [caseIdOf(request.requestId, 'cbpr')] })],
  ['the order alone', () => ({ cases: [undefined], orderId: request.state().orders[0]?.orderId ?? '' })],
])('a camt.029 finds the request by %s', async (_what, about) => {
  const { given, letters } = await work(record(resolution({ confirmation: 'RJCR', reason: 'AM04', ...about() })))
  expect(letters).toEqual([])
  expect(given).toEqual([[request.requestId, 'ReportNoFunds', { reason: 'AM04' }]])
})

test('one message about several payments answers each of its orders', async () => {
  const { given } = await work(
    record(resolution({ confirmation: 'PDCR', reason: 'RQDA', cases: [request, another].map(({ requestId }) => referenceOf(requestId)) })),
  )
  expect(given.map(([subject, kind]) => [subject, kind])).toEqual([
    [request.requestId, 'ReportInterim'],
    [another.requestId, 'ReportInterim'],
  ])
})

const kept = async () => (await world.recordsIn(bankMessagesTopic('TL').name)).map(({ value }) => (JSON.parse(value) as BankMessage).data)
const orderOf = ({ state }: History) => state().orders[0]?.orderId ?? ''

test('its country keeps a message as it came, with what each part of it was understood as; each command names its order', async () => {
  const cases = [request, another].map(({ requestId }) => referenceOf(requestId))
  const xml = resolution({ confirmation: 'PDCR', reason: 'RQDA', cases })
  const { commands } = await work(record(xml))
  expect(commands.map(({ orderid }) => orderid)).toEqual([orderOf(request), orderOf(another)])
  expect(await kept()).toEqual([
    {
      country: 'TL',
      sender: 'TL/institution/a.bank',
      messageDefinition: 'camt.029.001.09',
      messageIdentification: 'RSL-1',
      parts: [request, another].map((each, n) => ({
        requestId: each.requestId,
        orderId: orderOf(each),
        kind: 'interim',
        commandId: commands[n]?.id,
      })),
      text: xml,
    },
  ])
})

test('a message whose meaning is left to a person is kept too; one about no order is not', async () => {
  await work(
    record(resolution({ confirmation: 'XXXX', cases: [referenceOf(request.requestId)] })),
    record(resolution({ id: 'RSL-2', ...said('7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31') })),
  )
  expect((await kept()).map(({ messageIdentification, parts }) => [messageIdentification, parts])).toEqual([
    ['RSL-1', [{ requestId: request.requestId, orderId: orderOf(request) }]],
  ])
})

test('a message that comes again is kept under the same id, and another one under its number beside it', async () => {
  const [first, other] = [paymentReturn(request.requestId, usd('100.00')), paymentReturn(request.requestId, usd('200.00'))]
  await work(record(first), record(first, 'TL/institution/b.bank'), record(other))
  const ids = (await world.recordsIn(bankMessagesTopic('TL').name)).map(({ value }) => (JSON.parse(value) as BankMessage).id)
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
})

test('money that comes back counts with what the pacs.004 says, for the request that its words name', async () => {
  const { given } = await work(record(paymentReturn(request.requestId, usd('446.91')), undefined, 'text/xml; charset=utf-8'))
  expect(given).toEqual([[request.requestId, 'ReportReturn', { amount: usd('446.91'), reference: 'RTR-1' }]])
})

test('a message that comes again is one answer, whoever of the bank sends it again; under one number two messages are two', async () => {
  const first = paymentReturn(request.requestId, usd('100.00'))
  const { commands } = await work(
    record(first),
    record(first, 'TL/institution/b.bank'),
    record(paymentReturn(request.requestId, usd('200.00'))),
  )
  const [one, again, other] = commands.map(({ id }) => id)
  expect(again).toBe(one)
  expect(other).not.toBe(one)
})

test('where two persons have to agree, the same message from another person is another’s word', async () => {
  const agreed = resolution({ confirmation: 'CNCL', cases: [referenceOf(request.requestId)] })
  const { commands } = await work(record(agreed), record(agreed), record(agreed, 'TL/institution/b.bank'))
  const [one, again, second] = commands
  expect(again?.id).toBe(one?.id)
  expect(second?.id).not.toBe(one?.id)
  expect(second?.data).toEqual(one?.data)
})

test.each([
  ['another country’s order', 'MY/institution/a.bank', () => said(request.requestId)],
  ['a request that nobody opened', 'TL/institution/a.bank', () => said(deterministicId('nobody'))],
  ['nothing of ours', 'TL/institution/a.bank', () => ({ confirmation: 'RJCR', reason: 'AM04', cases: ['KMN-CASE-77'] })],
])('a message about %s is told to its sender’s country by its number, and not kept', async (_what, sender, about) => {
  const { given, letters } = await work(record(resolution(about()), sender))
  expect([given, letters]).toEqual([[], []])
  const named = { eventId: 'RSL-1', eventSource: '/iso20022/resolutionOfInvestigation' }
  expect((await world.notices(sender.slice(0, 2))).map(({ data }) => data)).toMatchObject([
    { kind: 'answer', code: 'ORDER_UNKNOWN', ...named },
  ])
})

const nobodys = (n: number) => referenceOf(deterministicId('nobody', n))

test('a message about fifty requests that nobody opened is one notice, which names how many and the first', async () => {
  const cases = Array.from({ length: 50 }, (_, n) => nobodys(n))
  const { given, letters, notices } = await work(record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases })))
  expect([given, letters]).toEqual([[], []])
  const [notice] = notices
  expect([notices.length, notice]).toMatchObject([1, { kind: 'answer', code: 'ORDER_UNKNOWN', eventId: 'RSL-1' }])
  const message = notice?.kind === 'answer' ? notice.message : ''
  expect(message).toContain('50 of its 50 parts')
  for (const n of [0, 1, 2]) expect(message).toContain(deterministicId('nobody', n))
})

test('a message in which one of two is known counts for that one, and says the other', async () => {
  const { given, notices } = await work(
    record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases: [nobodys(1), referenceOf(request.requestId)] })),
  )
  expect(given).toEqual([[request.requestId, 'ReportNoFunds', { reason: 'AM04' }]])
  expect(notices).toMatchObject([{ code: 'ORDER_UNKNOWN', requestId: deterministicId('nobody', 1) }])
})

test('a bank that sends hundreds about nothing is told in few steps, and another’s answer among them does not wait for the last', {
  timeout: 60_000,
}, async () => {
  const many = Array.from({ length: 300 }, (_, n) => {
    const cases = Array.from({ length: 20 }, (_each, part) => nobodys(n * 20 + part))
    return record(resolution({ id: `RSL-${n}`, confirmation: 'RJCR', reason: 'AM04', cases }), 'KE/institution/a.bank')
  })
  const { publish } = world.deps.streams
  const published: string[] = []
  const writes: Promise<void>[] = []
  const streams = {
    ...world.deps.streams,
    // Whose turn it is does not hang on how long a disk takes.
    publish: async (topic: string, records: Parameters<typeof publish>[1]) => {
      published.push(topic)
      writes.push(publish(topic, records))
    },
  }
  await onAnswers({ ...world.deps, streams }, world.signal)([...many, record(resolution(said(request.requestId)))])
  await Promise.all(writes)
  expect((await world.notices('KE')).length).toBe(300)
  // 6 kB each: a step is some forty of them.
  expect(published.length).toBeLessThan(15)
  expect(published.indexOf(topics.commands.name)).toBeLessThan(2)
  expect(await world.letters()).toEqual([])
})

test('what is about no order waits for a store that is behind, and keeps no other country’s answer waiting', {
  timeout: 30_000,
}, async () => {
  await world.writeFacts(verified(buildRequestNumber(3)))
  const behind = record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases: [nobodys(1)] }), 'KE/institution/a.bank')
  const deps = { ...world.deps, orders: world.ordersWithin(8_000) }
  const working = onAnswers(deps, world.signal)([behind, record(resolution(said(request.requestId)))])
  await expect.poll(world.commands, { interval: 5 }).toHaveLength(1)
  expect(await world.notices('KE')).toEqual([])
  await working
  expect(await world.notices('KE')).toHaveLength(1)
})

test('a part is read by itself, and costs no more in a message of fifty than in one of one', async () => {
  const partIn = (count: number) => {
    const cases = Array.from({ length: count }, () => referenceOf(request.requestId))
    const content = resolution({ confirmation: 'RJCR', reason: 'AM04', cases })
    const read = readAnswer({ headers: { 'content-type': 'application/xml' }, content }, 'kafka')
    if (!read.ok || !read.value.parts[0]) throw new Error('it was not read')
    return read.value.parts[0]
  }
  const often = (part: ReturnType<typeof partIn>) => () => {
    for (let n = 0; n < 200; n++) part.says({ amount: usd('1.00') })
  }
  const { one, fifty } = await medianTimesMs(15, { one: often(partIn(1)), fifty: often(partIn(50)) })
  // Read again with the whole message, it is fifty times as much.
  expect(fifty / one).toBeLessThan(15)
})

test('what a message leaves to a person is told, and counts for nothing', async () => {
  const refusedByLaw = resolution({ confirmation: 'RJCR', reason: 'LEGL', cases: [referenceOf(request.requestId)] })
  const { given, letters, notices } = await work(record(refusedByLaw))
  expect([given, letters]).toEqual([[], []])
  expect(notices).toMatchObject([{ kind: 'answer', country: 'TL', code: 'ASK_INSTITUTION', requestId: request.requestId }])
})

test('what says that it is written in another encoding than it came in is refused: a name would be read with the wrong letters', async () => {
  const text = resolution(said(request.requestId)).replace('UTF-8', 'ISO-8859-1')
  const { given, notices } = await work(
    record(text),
    record(resolution(said(request.requestId)), undefined, 'application/xml; charset=iso-8859-1'),
  )
  expect(given).toEqual([])
  expect(notices).toMatchObject([{ code: 'MALFORMED' }, { code: 'UNSUPPORTED_MEDIA_TYPE' }])
})

test('a message that answers nothing, or is none, is kept with what is wrong', async () => {
  const { given, letters, notices } = await work(record('<Document/>'), record('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
  expect(given).toEqual([])
  expect(letters).toEqual([expect.stringContaining('Document'), expect.stringContaining('DOCTYPE')])
  expect(notices).toMatchObject([{ code: 'MALFORMED' }, { code: 'MALFORMED' }])
})
