import { caseIdOf, referenceOf } from '@holdfast/payment-stop/iso20022'
import type { BankMessage } from '@holdfast/payment-stop/language'
import { bankMessagesTopic, deterministicId, topics } from '@holdfast/schemas'
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
    accepted: commands.map(({ subject, type, data }) => [subject, type.split('.').at(-1), data]),
    deadLetters: (await world.deadLetters()).map(({ data }) => data.reason),
    notifications: (await world.notifications('TL')).map(({ data }) => data),
  }
}

const rejectionFor = (requestId: string) => ({ confirmation: 'RJCR', reason: 'AM04', cases: [referenceOf(requestId)] })

test.each([
  ['its whole id, as in our camt.056', () => ({ cases: [caseIdOf(request.requestId)] })],
  ['the half of its id that fits into CBPR+', () => ({ cases: [caseIdOf(request.requestId, 'cbpr')] })],
  ['the order alone', () => ({ cases: [undefined], orderId: request.state().orders[0]?.orderId ?? '' })],
])('a camt.029 finds the request by %s', async (_what, about) => {
  const { accepted, deadLetters } = await work(record(resolution({ confirmation: 'RJCR', reason: 'AM04', ...about() })))
  expect(deadLetters).toEqual([])
  expect(accepted).toEqual([[request.requestId, 'ReportNoFunds', { reason: 'AM04' }]])
})

test('one message about several payments answers each of their orders', async () => {
  const { accepted } = await work(
    record(resolution({ confirmation: 'PDCR', reason: 'RQDA', cases: [request, another].map(({ requestId }) => referenceOf(requestId)) })),
  )
  expect(accepted.map(([subject, kind]) => [subject, kind])).toEqual([
    [request.requestId, 'ReportInterim'],
    [another.requestId, 'ReportInterim'],
  ])
})

const storedMessages = async () =>
  (await world.recordsIn(bankMessagesTopic('TL').name)).map(({ value }) => (JSON.parse(value) as BankMessage).data)
const orderOf = ({ state }: History) => state().orders[0]?.orderId ?? ''

test('the country’s topic stores the message as received, with the interpretation of each part, and each command names its order', async () => {
  const cases = [request, another].map(({ requestId }) => referenceOf(requestId))
  const xml = resolution({ confirmation: 'PDCR', reason: 'RQDA', cases })
  const { commands } = await work(record(xml))
  expect(commands.map(({ orderid }) => orderid)).toEqual([orderOf(request), orderOf(another)])
  expect(await storedMessages()).toEqual([
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

test('a message that a person has to interpret is stored too; one about no order is not', async () => {
  await work(
    record(resolution({ confirmation: 'XXXX', cases: [referenceOf(request.requestId)] })),
    record(resolution({ id: 'RSL-2', ...rejectionFor('7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31') })),
  )
  expect((await storedMessages()).map(({ messageIdentification, parts }) => [messageIdentification, parts])).toEqual([
    ['RSL-1', [{ requestId: request.requestId, orderId: orderOf(request) }]],
  ])
})

test('a repeated message is stored under the same id, and another message with its number under its own id', async () => {
  const [first, other] = [paymentReturn(request.requestId, usd('100.00')), paymentReturn(request.requestId, usd('200.00'))]
  await work(record(first), record(first, 'TL/institution/b.bank'), record(other))
  const ids = (await world.recordsIn(bankMessagesTopic('TL').name)).map(({ value }) => (JSON.parse(value) as BankMessage).id)
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
})

test('a return counts with the amounts of the pacs.004, for the request that its text names', async () => {
  const { accepted } = await work(record(paymentReturn(request.requestId, usd('446.91')), undefined, 'text/xml; charset=utf-8'))
  expect(accepted).toEqual([[request.requestId, 'ReportReturn', { amount: usd('446.91'), reference: 'RTR-1' }]])
})

test('a repeated message is one answer, whichever person of the bank repeats it; two messages with one number are two', async () => {
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

test('for dual approval, the same message from another officer is that officer’s approval', async () => {
  const agreed = resolution({ confirmation: 'CNCL', cases: [referenceOf(request.requestId)] })
  const { commands } = await work(record(agreed), record(agreed), record(agreed, 'TL/institution/b.bank'))
  const [one, again, second] = commands
  expect(again?.id).toBe(one?.id)
  expect(second?.id).not.toBe(one?.id)
  expect(second?.data).toEqual(one?.data)
})

test.each([
  ['another country’s order', 'MY/institution/a.bank', () => rejectionFor(request.requestId)],
  ['an unknown request', 'TL/institution/a.bank', () => rejectionFor(deterministicId('unknown request'))],
  ['no order of this engine', 'TL/institution/a.bank', () => ({ confirmation: 'RJCR', reason: 'AM04', cases: ['KMN-CASE-77'] })],
])('a message about %s makes a notification to its sender’s country with its number, and is not stored', async (_what, sender, about) => {
  const { accepted, deadLetters } = await work(record(resolution(about()), sender))
  expect([accepted, deadLetters]).toEqual([[], []])
  const named = { eventId: 'RSL-1', eventSource: '/iso20022/resolutionOfInvestigation' }
  expect((await world.notifications(sender.slice(0, 2))).map(({ data }) => data)).toMatchObject([
    { kind: 'answer', code: 'ORDER_UNKNOWN', ...named },
  ])
})

const unknownReference = (n: number) => referenceOf(deterministicId('unknown request', n))

test('a message about fifty unknown requests makes one notification with their number and the first ids', async () => {
  const cases = Array.from({ length: 50 }, (_, n) => unknownReference(n))
  const { accepted, deadLetters, notifications } = await work(record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases })))
  expect([accepted, deadLetters]).toEqual([[], []])
  const [notification] = notifications
  expect([notifications.length, notification]).toMatchObject([1, { kind: 'answer', code: 'ORDER_UNKNOWN', eventId: 'RSL-1' }])
  const message = notification?.kind === 'answer' ? notification.message : ''
  expect(message).toContain('50 of its 50 parts match no order')
  for (const n of [0, 1, 2]) expect(message).toContain(deterministicId('unknown request', n))
})

test('a message with one known request of two counts for that one and reports the other', async () => {
  const { accepted, notifications } = await work(
    record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases: [unknownReference(1), referenceOf(request.requestId)] })),
  )
  expect(accepted).toEqual([[request.requestId, 'ReportNoFunds', { reason: 'AM04' }]])
  expect(notifications).toMatchObject([{ code: 'ORDER_UNKNOWN', requestId: deterministicId('unknown request', 1) }])
})

test('hundreds of answers about nothing are processed in few steps, and another bank’s answer among them does not wait for the last', {
  timeout: 60_000,
}, async () => {
  const many = Array.from({ length: 300 }, (_, n) => {
    const cases = Array.from({ length: 20 }, (_each, part) => unknownReference(n * 20 + part))
    return record(resolution({ id: `RSL-${n}`, confirmation: 'RJCR', reason: 'AM04', cases }), 'KE/institution/a.bank')
  })
  const { publish } = world.deps.streams
  const published: string[] = []
  const writes: Promise<void>[] = []
  const streams = {
    ...world.deps.streams,
    // The order of countries must not depend on the speed of a disk.
    publish: async (topic: string, records: Parameters<typeof publish>[1]) => {
      published.push(topic)
      writes.push(publish(topic, records))
    },
  }
  await onAnswers({ ...world.deps, streams }, world.signal)([...many, record(resolution(rejectionFor(request.requestId)))])
  await Promise.all(writes)
  expect((await world.notifications('KE')).length).toBe(300)
  // 6 kB each, so one step has some forty of them.
  expect(published.length).toBeLessThan(15)
  expect(published.indexOf(topics.commands.name)).toBeLessThan(2)
  expect(await world.deadLetters()).toEqual([])
})

test('an answer to no order waits for a store that is behind, and delays no other country’s answer', {
  timeout: 30_000,
}, async () => {
  await world.writeFacts(verified(buildRequestNumber(3)))
  const behind = record(resolution({ confirmation: 'RJCR', reason: 'AM04', cases: [unknownReference(1)] }), 'KE/institution/a.bank')
  const deps = { ...world.deps, orders: world.ordersWithin(8_000) }
  const working = onAnswers(deps, world.signal)([behind, record(resolution(rejectionFor(request.requestId)))])
  await expect.poll(world.commands, { interval: 5 }).toHaveLength(1)
  expect(await world.notifications('KE')).toEqual([])
  await working
  expect(await world.notifications('KE')).toHaveLength(1)
})

test('the cost of reading a part does not grow with the number of parts', async () => {
  const partIn = (count: number) => {
    const cases = Array.from({ length: count }, () => referenceOf(request.requestId))
    const content = resolution({ confirmation: 'RJCR', reason: 'AM04', cases })
    const read = readAnswer({ headers: { 'content-type': 'application/xml' }, content }, 'kafka')
    if (!read.ok || !read.value.parts[0]) throw new Error('the message is unreadable')
    return read.value.parts[0]
  }
  const often = (part: ReturnType<typeof partIn>) => () => {
    for (let n = 0; n < 200; n++) part.interpret({ amount: usd('1.00') })
  }
  const { one, fifty } = await medianTimesMs(15, { one: often(partIn(1)), fifty: often(partIn(50)) })
  // If each part were read with the whole message, this would be fifty times as much.
  expect(fifty / one).toBeLessThan(15)
})

test('an item that a person has to resolve makes a notification and no command', async () => {
  const refusedByLaw = resolution({ confirmation: 'RJCR', reason: 'LEGL', cases: [referenceOf(request.requestId)] })
  const { accepted, deadLetters, notifications } = await work(record(refusedByLaw))
  expect([accepted, deadLetters]).toEqual([[], []])
  expect(notifications).toMatchObject([{ kind: 'answer', country: 'TL', code: 'ASK_INSTITUTION', requestId: request.requestId }])
})

test('a message that declares another encoding than its own is refused, because names would be misread', async () => {
  const text = resolution(rejectionFor(request.requestId)).replace('UTF-8', 'ISO-8859-1')
  const { accepted, notifications } = await work(
    record(text),
    record(resolution(rejectionFor(request.requestId)), undefined, 'application/xml; charset=iso-8859-1'),
  )
  expect(accepted).toEqual([])
  expect(notifications).toMatchObject([{ code: 'MALFORMED' }, { code: 'UNSUPPORTED_MEDIA_TYPE' }])
})

test('a message that answers nothing, or is none, becomes a dead letter with its problems', async () => {
  const { accepted, deadLetters, notifications } = await work(record('<Document/>'), record('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
  expect(accepted).toEqual([])
  expect(deadLetters).toEqual([expect.stringContaining('Document'), expect.stringContaining('DOCTYPE')])
  expect(notifications).toMatchObject([{ code: 'MALFORMED' }, { code: 'MALFORMED' }])
})
