import { randomUUID } from 'node:crypto'
import { referenceOf } from '@holdfast/payment-stop/iso20022'
import type { AnswerReceipt, AnswerView, Fact, Notification, Order, OrderAnswers } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { type MadeKey, makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolution } from '../../services/dispatch/test/bank-messages.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventsIn, eventually, submit, tokenOf } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'

// A bank of Timor-Leste with two signers reads the outcome of each of its answers; another bank of the country cannot.
// Each test continues the one before.

let engine: EmbeddedEngine
let order: Order['data']
const [bank, first, second, another] = [makeKey('bank'), makeKey('first'), makeKey('second'), makeKey('another')]
const system = () => tokenBy(bank, { country: 'TL', role: 'institution', person: 'payments' })
const signer = (key: MadeKey, person: string) => tokenBy(key, { country: 'TL', role: 'institution', person })
const anotherBank = () => tokenBy(another, { country: 'TL', role: 'institution', person: 'payments' })

async function ask<T>(token: string, path: string, body?: object) {
  const answer = await fetch(`${engine.deskUrl}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}
async function answer(token: string, kind: string, details: object): Promise<string> {
  const { orderId, requestId, institution } = order
  const given = { orderId, requestId, institution: { bic: institution.bic }, kind, details }
  const { status, body } = await ask<AnswerReceipt>(token, '/v1/answers', given)
  expect([kind, status, body]).toMatchObject([kind, 202, { answers: [{ kind }] }])
  return body.answers[0]?.answerId ?? ''
}
const outcomeOf = async (answerId: string, token?: string) => ask<AnswerView>(token ?? (await system()), `/v1/answers/${answerId}`)
const answersTo = async (token: string) => ask<OrderAnswers>(token, `/v1/orders/${order.orderId}/answers`)
const usd = (value: string) => ({ currency: 'USD', value })

beforeAll(async () => {
  engine = await startEmbeddedEngine()
  register(engine, 'TL', {
    institutions: [
      {
        name: 'Kamanasa Bank',
        bics: ['KMNSTLDL'],
        keys: keySetOf(bank),
        persons: [
          { person: 'a.first', keys: keySetOf(first) },
          { person: 'b.second', keys: keySetOf(second) },
        ],
      },
      { name: 'Lorosae Bank', bics: ['LORSTLDL'], keys: keySetOf(another) },
    ],
  })
  const request = buildRequestNumber(750_000)
  const creditorAgent = { ...request.payment.creditorAgent, bic: 'KMNSTLDL' }
  const requestId = await submit(engine, ['SG', 'system'], { ...request, payment: { ...request.payment, creditorAgent } }, 'answers-1')
  order = await eventually(
    async () =>
      (await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => [])).find(({ data }) => data.requestId === requestId)?.data,
    'the order',
  )
  await eventually(async () => ((await ask(await system(), '/v1/session')).status === 200 ? true : undefined), 'the bank is known')
})
afterAll(() => engine.stop())

test('a bank reads that its answer was applied, by the id that is the cause of its fact', async () => {
  const answerId = await answer(await system(), 'frozen', { amount: usd('1.00'), basis: 'FIU_SUSPENSION' })
  expect(await outcomeOf(answerId)).toMatchObject({
    status: 200,
    body: {
      answerId,
      orderId: order.orderId,
      requestId: order.requestId,
      kind: 'frozen',
      outcome: 'applied',
      by: 'TL/institution/payments',
    },
  })
  const facts = await eventsIn<Fact>(engine.streams, topics.ledger)
  expect(facts.filter(({ causationid }) => causationid === answerId)).toMatchObject([{ type: 'holdfast.fact.v1.FreezeReported' }])
})

test('it reads why an answer was refused', async () => {
  const answerId = await answer(await system(), 'frozen', { amount: usd('99999999.00'), basis: 'FIU_SUSPENSION' })
  const { body } = await outcomeOf(answerId)
  expect(body).toMatchObject({ answerId, kind: 'frozen', outcome: 'refused', code: 'AMOUNT_EXCEEDED' })
  expect(body.message).toContain('exceed the requested amount')
  expect(body.late).toBeUndefined()
})

test('an ISO 20022 message that contradicts an earlier answer is refused, and the refusal says how to correct that answer', async () => {
  const headers = { authorization: `Bearer ${await system()}`, 'content-type': 'application/xml' }
  const body = resolution({ confirmation: 'RJCR', reason: 'NOOR', cases: [referenceOf(order.requestId)] })
  const receipt = await fetch(`${engine.deskUrl}/v1/answers`, { method: 'POST', headers, body })
  const { answers } = (await receipt.json()) as AnswerReceipt
  expect([receipt.status, answers]).toMatchObject([202, [{ kind: 'notFound' }]])
  const { body: refused } = await outcomeOf(answers[0]?.answerId ?? '')
  expect(refused).toMatchObject({ kind: 'notFound', outcome: 'refused', code: 'WRONG_STATE' })
  expect(refused.message).toContain('an answer of kind corrected')
})

test('a bank corrects its answer with a reason, which the requester reads in a notification', async () => {
  const { answers } = (await answersTo(await system())).body
  const held = answers.find(({ kind, outcome }) => kind === 'frozen' && outcome === 'applied')
  expect(held?.sequence).toBeGreaterThan(1)
  expect((await outcomeOf(held?.answerId ?? '')).body.sequence).toBe(held?.sequence)
  expect(answers.filter(({ outcome }) => outcome === 'refused').every(({ sequence }) => sequence === undefined)).toBe(true)
  const corrected = { corrects: 'frozen', report: held?.sequence, reason: 'The hold was put on another account' }
  const answerId = await answer(await system(), 'corrected', corrected)
  expect((await outcomeOf(answerId)).body).toMatchObject({ kind: 'corrected', outcome: 'applied' })
  const notification = await eventually(
    async () =>
      (await eventsIn<Notification>(engine.streams, notificationsTopic('SG'))).find(
        ({ data }) => 'fact' in data && data.fact === 'AnswerCorrected',
      ),
    'the notification',
  )
  expect(notification.data).toMatchObject({ kind: 'progress', country: 'SG', data: { ...corrected, amount: usd('1.00') } })
  const again = await answer(await system(), 'frozen', { amount: usd('1.00'), basis: 'FIU_SUSPENSION' })
  expect((await outcomeOf(again)).body).toMatchObject({ outcome: 'applied' })
})

test('another person of the bank sees a colleague’s proposal and approves it', async () => {
  const proposed = await answer(await signer(first, 'a.first'), 'returnInitiated', { basis: 'CONSENT', reference: 'R-1' })
  const seen = await outcomeOf(proposed, await signer(second, 'b.second'))
  const proposal = { kind: 'returnInitiated', outcome: 'proposed', details: { basis: 'CONSENT', reference: 'R-1' } }
  expect(seen.body).toMatchObject({ ...proposal, waiting: true, by: 'TL/institution/a.first' })
  const agreed = await answer(await signer(second, 'b.second'), 'returnInitiated', seen.body.details ?? {})
  expect(agreed).not.toBe(proposed)
  expect((await outcomeOf(agreed)).body).toMatchObject({ kind: 'returnInitiated', outcome: 'applied', by: 'TL/institution/b.second' })
  const after = (await outcomeOf(proposed)).body
  expect(after).toMatchObject(proposal)
  expect(after.waiting).toBeUndefined()
})

test('under its order it sees all its answers, oldest first, and so does its country', async () => {
  const listed = await answersTo(await system())
  expect(listed.body.answers.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['frozen', 'applied'],
    ['frozen', 'refused'],
    ['notFound', 'refused'],
    ['corrected', 'applied'],
    ['frozen', 'applied'],
    ['returnInitiated', 'proposed'],
    ['returnInitiated', 'applied'],
  ])
  expect((await answersTo(await tokenOf(engine, ['TL', 'institution']))).body).toEqual(listed.body)
})

test('for another bank and for the requesting country they do not exist', async () => {
  const { body } = await answersTo(await system())
  const answerId = body.answers[0]?.answerId ?? ''
  // Each answer has an id of its own.
  const told = async (...asked: Parameters<typeof outcomeOf>) => {
    const { status, body } = await outcomeOf(...asked)
    return { status, body: { ...body, instance: undefined } }
  }
  const [theirs, none] = [await told(answerId, await anotherBank()), await told(randomUUID(), await anotherBank())]
  expect(theirs).toEqual(none)
  expect(theirs).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  expect(await answersTo(await anotherBank())).toMatchObject({ status: 404, body: { code: 'ORDER_UNKNOWN' } })
  expect(await told(answerId, await tokenOf(engine, ['SG', 'institution']))).toEqual(none)
  expect(await outcomeOf(answerId, await tokenOf(engine, ['SG', 'officer']))).toMatchObject({ status: 403 })
})

test('an answer that comes after the end is refused as late', async () => {
  await answer(await system(), 'returned', { amount: usd('1.00'), reference: 'P-1' })
  const noMore = await answer(await system(), 'noFunds', { reason: 'AM04' })
  expect((await outcomeOf(noMore)).status).toBe(200)
  await eventually(async () => {
    const answerId = await answer(await system(), 'frozen', { amount: usd('2.00'), basis: 'FIU_SUSPENSION' })
    const { body } = await outcomeOf(answerId)
    return body.late ? body : undefined
  }, 'a late answer')
})
