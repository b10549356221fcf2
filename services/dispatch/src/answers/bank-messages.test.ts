import { caseIdOf, referenceOf } from '@holdfast/iso20022'
import { deterministicId, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { paymentReturn, resolution } from '../../test/bank-messages.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from '../on-answer.ts'

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
])('a message about %s is kept whole, and the sender’s country is told', async (_what, sender, about) => {
  const { given, letters } = await work(record(resolution(about()), sender))
  expect(given).toEqual([])
  expect(letters).toEqual([expect.stringContaining('ORDER_UNKNOWN')])
  expect((await world.notices(sender.slice(0, 2))).map(({ data }) => data)).toMatchObject([{ kind: 'answer', code: 'ORDER_UNKNOWN' }])
})

test('what a message leaves to a person is kept and told, and counts for nothing', async () => {
  const refusedByLaw = resolution({ confirmation: 'RJCR', reason: 'LEGL', cases: [referenceOf(request.requestId)] })
  const { given, letters, notices } = await work(record(refusedByLaw))
  expect(given).toEqual([])
  expect(letters).toEqual([expect.stringContaining('ASK_INSTITUTION')])
  expect(notices).toMatchObject([{ kind: 'answer', country: 'TL', code: 'ASK_INSTITUTION', requestId: request.requestId }])
})

test('a message that answers nothing, or is none, is kept with what is wrong', async () => {
  const { given, letters, notices } = await work(record('<Document/>'), record('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
  expect(given).toEqual([])
  expect(letters).toEqual([expect.stringContaining('Document'), expect.stringContaining('DOCTYPE')])
  expect(notices).toMatchObject([{ code: 'MALFORMED' }, { code: 'MALFORMED' }])
})
