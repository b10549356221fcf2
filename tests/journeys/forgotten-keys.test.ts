import { type CommandKind, isFact, type Notification, type Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { hasRedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { testNamespace } from '@holdfast/test-kit/shared-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, type Engine, eventsIn, eventually, reaches, tokenOf } from '../src/engine.ts'
import { areStatesSaved } from '../src/stored-data.ts'

/** An engine whose idempotency store a test can empty. */
interface ForgetfulEngine {
  readonly engine: Engine
  forget(): Promise<void>
  stop(): Promise<void>
}

interface Forgetful {
  readonly name: string
  readonly isThere: boolean
  start(): Promise<ForgetfulEngine>
}

const brokers = process.env.HOLDFAST_TEST_KAFKA
const day = 24 * 3_600_000

const forgetful: readonly Forgetful[] = [
  {
    name: 'embedded, as their 30 days are over',
    isThere: true,
    async start() {
      let aheadMs = 0
      const engine = await startEmbeddedEngine({ clockOfKeys: { now: () => new Date(Date.now() + aheadMs) } })
      // The states of the requests must be saved first, which takes up to a second.
      const forget = async () => {
        await eventually(async () => (await areStatesSaved(engine)) || undefined, 'the states of requests are saved')
        aheadMs += 31 * day
      }
      return { engine, forget, stop: () => engine.stop() }
    },
  },
  {
    name: 'on Kafka and Redis, as Redis is flushed',
    isThere: brokers !== undefined && hasRedisServer(),
    async start() {
      if (!brokers) throw new Error('no real Kafka')
      const redis = await startRedis()
      const env = { HOLDFAST_KAFKA_BROKERS: brokers, HOLDFAST_REDIS_URL: redis.url, HOLDFAST_NAMESPACE: testNamespace() }
      const engine = await startEmbeddedEngine({ partitions: 4, env })
      const stop = async () => {
        await engine.stop()
        await redis.stop()
      }
      return { engine, forget: () => redis.flush(), stop }
    },
  },
]

describe.each(forgetful.filter(({ isThere }) => isThere))('V27: expired idempotency keys, $name', ({ name, start }) => {
  let world: ForgetfulEngine
  let engine: Engine
  let count = name.startsWith('embedded') ? 700_000 : 800_000
  const document = () => buildRequestNumber(count++)

  beforeAll(async () => {
    world = await start()
    engine = world.engine
  })
  afterAll(() => world.stop())

  const bearer = async () => `Bearer ${await tokenOf(engine, ['SG', 'system', 'ncb'])}`

  /** As a member system sends: retries under the same key while the outcome is unknown or still in progress. */
  async function send(body: unknown, key: string) {
    return eventually(async () => {
      const response = await fetch(`${engine.intakeUrl}/v1/requests`, {
        method: 'POST',
        headers: { authorization: await bearer(), 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      return response.status === 503 || response.status === 409
        ? undefined
        : { status: response.status, text, ...(JSON.parse(text) as { requestId?: string; code?: string }) }
    }, `an answer to ${key}`)
  }

  interface Opened {
    readonly type: string
    readonly subject: string
    readonly data: { readonly request?: { readonly caseReference: string } }
  }
  const opened = (caseReference: string): Promise<string[]> =>
    eventually(async () => {
      const facts = await eventsIn<Opened>(engine.streams, topics.ledger)
      const found = facts.filter(({ type, data }) => type.endsWith('RequestOpened') && data.request?.caseReference === caseReference)
      return found.length > 0 ? found.map(({ subject }) => subject) : undefined
    }, `${caseReference} is opened`)

  test('another document under an expired key is another request, and a repeat of the first gets its receipt, byte for byte', async () => {
    const [a, b] = [document(), document()]
    const first = await send(a, 'ours')
    expect(first.status).toBe(202)
    expect(await opened(a.caseReference)).toEqual([first.requestId])
    // While the key is stored, another document under it is refused.
    expect(await send(b, 'ours')).toMatchObject({ status: 422, code: 'KEY_REUSED' })

    await world.forget()
    const second = await send(b, 'ours')
    expect(second.status).toBe(202)
    expect(second.requestId).not.toBe(first.requestId)
    expect(await opened(b.caseReference)).toEqual([second.requestId])
    expect(await send(a, 'ours')).toEqual(first)
    expect(await send(b, 'ours')).toEqual(second)
    expect(await send(document(), 'ours')).toMatchObject({ status: 422, code: 'KEY_REUSED' })

    await world.forget()
    expect(await send(a, 'ours')).toEqual(first)
    expect(await send(b, 'ours')).toEqual(second)
    expect([await opened(a.caseReference), await opened(b.caseReference)]).toEqual([[first.requestId], [second.requestId]])
  })

  test('twenty receipts are the same bytes after all keys have expired, in any order of repeats', async () => {
    const sent = Array.from({ length: 20 }, (_, n) => ({ body: document(), key: `receipt-${n}` }))
    // In sequence: after a 503 the receipt can be younger than the request.
    const first = []
    for (const { body, key } of sent) first.push(await send(body, key))
    expect(first.map(({ status }) => status)).toEqual(sent.map(() => 202))
    for (const { body } of sent) await opened(body.caseReference)
    await world.forget()
    expect(await Promise.all(sent.map(({ body, key }) => send(body, key)))).toEqual(first)
  })

  test('by Kafka too: each event is answered with its own receipt', async () => {
    const [a, b] = [document(), document()]
    const publish = async (data: unknown) => {
      const event = { specversion: '1.0', id: 'event-1', source: '/ncb/sg', type: 'holdfast.request.v1', data }
      await engine.streams.publish(topics.requests.name, [
        { key: 'SG', value: JSON.stringify(event), headers: { authorization: await bearer() } },
      ])
    }
    const told = (notifications: number) =>
      eventually(async () => {
        const all = await eventsIn<Notification>(engine.streams, notificationsTopic('SG')).catch(() => [])
        const ours = all.filter(({ data }) => 'eventId' in data && data.eventId === 'event-1')
        return ours.length >= notifications ? ours : undefined
      }, `${notifications} notifications`)
    await publish(a)
    const [first] = await told(1)
    await opened(a.caseReference)
    await world.forget()
    await publish(b)
    await told(2)
    await opened(b.caseReference)
    await publish(a)
    const [, second, again] = await told(3)
    expect(again).toEqual(first)
    expect([first, second].map(notification => notification?.subject)).toEqual([
      ...(await opened(a.caseReference)),
      ...(await opened(b.caseReference)),
    ])
    expect(second?.subject).not.toBe(first?.subject)
  })

  test('a member finds the request right after its receipt', async () => {
    const looked = Array.from({ length: 20 }, async (_, n) => {
      const { requestId } = await send(document(), `at-once-${n}`)
      const response = await fetch(`${engine.deskUrl}/v1/requests/${requestId}`, { headers: { authorization: await bearer() } })
      return response.status
    })
    expect(new Set(await Promise.all(looked))).toEqual(new Set([200]))
  })

  test('a command under an expired key is decided on its own, and the first one keeps its answer', async () => {
    const { requestId = '' } = await send(document(), 'for-commands')
    await reaches(engine, requestId, 'verified')
    const give = (person: string, command: CommandKind, data: unknown) =>
      clientsOf(engine, ['TL', 'fiu', person]).desk.act(requestId, command, data, { idempotencyKey: 'one-key' })
    const kinds = async () => (await reaches(engine, requestId, 'verified')).history.map(({ type }) => type.split('.').at(-1))
    const interim = { reason: 'RQDA', note: 'The holder is asked' }

    const first = await give('a', 'ReportInterim', interim)
    expect(first).toMatchObject({ ok: true, value: { outcome: 'applied' } })
    const others = [
      ['a', 'ReportInterim', { ...interim, note: 'The holder answers' }],
      ['a', 'AskInformation', { question: 'Which of two?' }],
    ] as const
    for (const [person, command, data] of others)
      expect(await give(person, command, data)).toMatchObject({ ok: false, error: { code: 'KEY_REUSED', detail: /another command/ } })
    expect((await kinds()).filter(kind => kind === 'InterimReported')).toHaveLength(1)

    for (const [person, command, data] of [...others, ['b', 'ReportInterim', interim] as const]) {
      await world.forget()
      const given = await give(person, command, data)
      expect(given).toMatchObject({ ok: true, value: { outcome: 'applied' } })
      expect(given.ok && first.ok && given.value.commandId !== first.value.commandId).toBe(true)
    }
    const seen = await kinds()
    expect(seen.filter(kind => kind === 'InterimReported')).toHaveLength(3)
    expect(seen.filter(kind => kind === 'InformationRequested')).toHaveLength(1)
    const again = await give('a', 'ReportInterim', interim)
    expect(again.ok && first.ok && again.value.commandId === first.value.commandId).toBe(true)
    expect(await kinds()).toEqual(seen)
  })

  test('a bank’s second answer under an expired id is another answer, by HTTP and by Kafka', async () => {
    const { requestId = '' } = await send(document(), 'for-answers')
    const order = await eventually(async () => {
      const orders = await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => [])
      return orders.find(({ data }) => data.requestId === requestId)?.data
    }, 'an order')
    const bank = async () => `Bearer ${await tokenOf(engine, ['TL', 'institution', 'bank'])}`
    const eventOf = (id: string, note: string) => ({
      specversion: '1.0',
      id,
      source: '/institutions/tl',
      type: 'holdfast.answer.v1',
      data: {
        orderId: order.orderId,
        requestId,
        institution: { bic: order.institution.bic },
        kind: 'interim',
        details: { reason: 'RQDA', note },
      },
    })
    const byHttp = (note: string) =>
      eventually(async () => {
        const { status } = await fetch(`${engine.deskUrl.replace(/\/$/, '')}/v1/answers`, {
          method: 'POST',
          headers: { authorization: await bank(), 'content-type': 'application/cloudevents+json' },
          body: JSON.stringify(eventOf(`http-${requestId}`, note)),
        })
        return status === 503 ? undefined : status
      }, 'an answer is applied')
    const notes = (count: number) =>
      eventually(async () => {
        const shown = await clientsOf(engine, ['TL', 'officer']).desk.show(requestId)
        const facts = shown.ok ? shown.value.history.filter(fact => isFact(fact, 'InterimReported')) : []
        return facts.length >= count ? facts.map(({ data }) => data.note) : undefined
      }, `${count} answers`)

    expect(await byHttp('one')).toBe(202)
    expect(await byHttp('two')).toBe(422)
    await world.forget()
    expect([await byHttp('two'), await byHttp('two')]).toEqual([202, 202])
    expect(await notes(2)).toEqual(['one', 'two'])

    const publish = async (note: string) =>
      engine.streams.publish(topics.answers.name, [
        { key: requestId, value: JSON.stringify(eventOf(`kafka-${requestId}`, note)), headers: { authorization: await bank() } },
      ])
    for (const note of ['three', 'four', 'three', 'five']) await publish(note)
    expect(await notes(5)).toEqual(['one', 'two', 'three', 'four', 'five'])
  })
})
