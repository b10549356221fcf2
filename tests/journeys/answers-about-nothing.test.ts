import { randomUUID } from 'node:crypto'
import { Agent, request as send } from 'node:http'
import { formatMessage, referenceOf } from '@holdfast/payment-stop/iso20022'
import type { Notification, Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventsIn, eventually, reaches, submit, tokenOf } from '../src/engine.ts'

// A bank without an order sends messages about fifty unknown requests each, by topic and by HTTP at once.

/** By topic: some seconds of work for the engine. `HOLDFAST_TEST_FLOOD=5000` is the size of the original attack. */
const flood = Number(process.env.HOLDFAST_TEST_FLOOD ?? 400)
const connections = 32

let engine: EmbeddedEngine
beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

const bank = { agent: { bic: 'KCBLKENX' } }
const uuid = () => `${randomUUID().slice(0, 14)}5${randomUUID().slice(15)}`.replace(/^(.{19})./, '$1a')

function aboutNothing(id: string): string {
  const details = [{ transactions: Array.from({ length: 50 }, () => ({ case: { id: referenceOf(uuid()), creator: bank } })) }]
  const assignment = { id, assigner: bank, assignee: bank, createdAt: '2024-07-24T09:00:00+03:00' }
  const body = { assignment, status: { confirmation: 'PDCR' }, details }
  const xml = formatMessage({ kind: 'resolutionOfInvestigation', name: 'camt.029.001.09', body })
  if (!xml.ok) throw new Error(JSON.stringify(xml.error))
  return xml.value
}

/** Posts on this many connections until it is stopped. Counts the answers by status. */
function floodByHttp(token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const told = new Map<number, number>()
  const body = aboutNothing('HTTP-1')
  let isOver = false
  const once = () =>
    new Promise<void>(resolve => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
      const asked = send(new URL('/v1/answers', engine.intakeUrl), { method: 'POST', agent, headers }, response => {
        const status = response.statusCode ?? 0
        told.set(status, (told.get(status) ?? 0) + 1)
        response.resume().on('end', resolve)
      })
      asked.on('error', () => resolve())
      asked.end(body)
    })
  const all = Promise.all(
    Array.from({ length: connections }, async () => {
      while (!isOver) await once()
    }),
  )
  return {
    async stop() {
      isOver = true
      await all
      agent.destroy()
      return told
    },
  }
}

test('another bank’s answer is applied during the flood, and its sender gets one notification for each message', async () => {
  const requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(410_000), 'amid-a-flood')
  const order = await eventually(
    async () => (await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => [])).find(({ data }) => data.requestId === requestId),
    'the order',
  )
  const token = await tokenOf(engine, ['KE', 'institution', 'a.bank'])
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
  const records = Array.from({ length: flood }, (_, n) => ({ key: 'KE', value: aboutNothing(`KE-${n}`), headers }))
  await engine.streams.publish(topics.answers.name, records)
  const floodOfHttp = floodByHttp(token)
  // Waits until the engine works on the flood.
  const notificationsOfKe = () => eventsIn<Notification>(engine.streams, notificationsTopic('KE')).catch(() => [])
  await eventually(async () => ((await notificationsOfKe()).length > 0 ? true : undefined), 'the engine works on the flood')

  const ownToken = await tokenOf(engine, ['TL', 'institution', 'a.bank'])
  const response = await fetch(new URL('/v1/answers', engine.intakeUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${ownToken}`, 'content-type': 'application/json', 'idempotency-key': 'hold-1' },
    body: JSON.stringify({
      orderId: order.data.orderId,
      requestId,
      institution: { bic: order.data.institution.bic },
      kind: 'frozen',
      details: { amount: order.data.amount, basis: 'FIU_SUSPENSION' },
    }),
  })
  expect(response.status).toBe(202)
  await eventually(async () => {
    const facts = await eventsIn<{ subject: string; type: string }>(engine.streams, topics.ledger)
    return facts.find(({ subject, type }) => subject === requestId && type.endsWith('FreezeReported'))
  }, 'the hold is a fact')
  const toldWhenApplied = (await notificationsOfKe()).length

  const told = await floodOfHttp.stop()
  const notifications = await eventually(
    async () => {
      const all = await notificationsOfKe()
      return all.length >= flood ? all : undefined
    },
    'one notification for each message of the topic',
    120_000,
  )
  // The answer did not wait for the end of the flood.
  expect(toldWhenApplied).toBeLessThan(flood)
  expect([...told.keys()]).toEqual([404])
  expect(notifications.map(({ data }) => data.kind === 'answer' && data.eventId).toSorted()).toEqual(
    Array.from({ length: flood }, (_, n) => `KE-${n}`).toSorted(),
  )
  expect(await eventsIn(engine.streams, topics.deadLetters)).toEqual([])
  await reaches(engine, requestId, 'frozen')
}, 300_000)
