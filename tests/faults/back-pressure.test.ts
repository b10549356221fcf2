import { Agent, request } from 'node:http'
import { deterministicId, noticesTopic, topics } from '@holdfast/schemas'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterEngine, serviceNames, startClusterEngine } from '../src/cluster-engine.ts'
import { countIn, eventually, tokenOf } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

const megabyte = 1024 * 1024
/** Some 100 MB of records each: whoever took in what waits would grow by more than that, as objects are larger than what they are read from. */
const waiting = 40_000
/** Half as many come first: by then caches and heaps have found their size. */
const warming = waiting / 2
/** What a heap that breathes under load adds to that of a service that has been at work. */
const growthMax = 160 * megabyte
const lookEveryMs = 200

describe.skipIf(missingServers())('where more comes than is worked on, memory does not grow with what waits', () => {
  let kafka: KafkaServer
  let redis: RedisServer
  let engine: ClusterEngine
  let token: string

  beforeAll(async () => {
    kafka = await startKafka()
    redis = await startRedis()
    engine = await startClusterEngine({ brokers: kafka.brokers, redisUrl: redis.url })
    token = await tokenOf(engine, ['SG', 'system', 'load'])
    await publishRequests(1, warming)
    await eventually(async () => ((await countOf(topics.ledger.name)) >= 2 * warming ? true : undefined), 'all services are warm', 120_000)
  }, 240_000)
  afterAll(async () => {
    await engine?.stop()
    await redis?.stop()
    await kafka?.stop()
  })

  const eventOf = (type: string, number: number, data: unknown) => ({
    specversion: '1.0',
    id: `waiting-${type}-${number}`,
    source: '/ncb/sg',
    type,
    time: '2024-07-23T02:25:00Z',
    datacontenttype: 'application/json',
    data,
  })
  const publish = async (
    topic: string,
    count: number,
    recordOf: (number: number) => { key: string; value: string; headers: Record<string, string> },
  ) => {
    for (let from = 0; from < count; from += 1_000)
      await engine.streams.publish(
        topic,
        Array.from({ length: Math.min(1_000, count - from) }, (_, i) => recordOf(from + i)),
      )
  }
  const publishRequests = (first: number, count: number) =>
    publish(topics.requests.name, count, number => ({
      key: `${number}`,
      value: JSON.stringify(eventOf('holdfast.request.v1', first + number, buildRequestNumber(first + number))),
      headers: { authorization: `Bearer ${token}` },
    }))
  const countOf = (topic: string) => countIn(engine.streams, topic)

  /** By how much each service grew at most while this was done. */
  async function growthWhile(work: () => Promise<unknown>): Promise<Record<string, number>> {
    const memoryNow = () => serviceNames.map(name => engine.services[name].memoryBytes())
    const before = memoryNow()
    const most = [...before]
    const look = () => {
      for (const [n, bytes] of memoryNow().entries()) most[n] = Math.max(most[n] ?? 0, bytes)
    }
    const timer = setInterval(look, lookEveryMs)
    try {
      await work()
    } finally {
      clearInterval(timer)
    }
    return Object.fromEntries(serviceNames.map((name, n) => [name, Math.round(((most[n] ?? 0) - (before[n] ?? 0)) / megabyte)]))
  }
  function expectBounded(what: string, grownMb: Record<string, number>): void {
    console.log(
      `${what}: services grew by ${Object.entries(grownMb)
        .map(([name, mb]) => `${name} ${mb}`)
        .join(', ')} MB at most`,
    )
    expect(Object.entries(grownMb).filter(([, mb]) => mb * megabyte > growthMax)).toEqual([])
  }

  test(`${waiting} requests by Kafka at once`, async () => {
    const opened = await countOf(topics.ledger.name)
    const grown = await growthWhile(async () => {
      await publishRequests(100_000, waiting)
      await eventually(
        async () => ((await countOf(topics.ledger.name)) >= opened + 2 * waiting ? true : undefined),
        'all are opened and verified',
        240_000,
      )
    })
    expectBounded('requests by Kafka', grown)
  })

  test(`${waiting} answers by Kafka about nothing that was ordered`, async () => {
    const bank = await tokenOf(engine, ['TL', 'institution', 'load'])
    const put = await countOf(topics.deadLetters.name)
    const told = await countOf(noticesTopic('TL').name).catch(() => 0)
    const grown = await growthWhile(async () => {
      await publish(topics.answers.name, waiting, number => {
        const requestId = deterministicId('no request', number)
        const data = {
          orderId: deterministicId('no order', number),
          requestId,
          institution: { bic: 'KMNSTLDL' },
          kind: 'acknowledged',
          details: {},
        }
        return {
          key: requestId,
          value: JSON.stringify(eventOf('holdfast.answer.v1', number, data)),
          headers: { authorization: `Bearer ${bank}` },
        }
      })
      const dealtWith = async () =>
        (await countOf(topics.deadLetters.name)) - put + (await countOf(noticesTopic('TL').name).catch(() => 0)) - told
      await eventually(async () => ((await dealtWith()) >= waiting ? true : undefined), 'all are put aside or refused', 240_000)
    })
    expectBounded('answers by Kafka', grown)
  })

  test('requests by HTTP while no broker answers: each is told so, and the door is there again as soon as one does', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 256 })
    const statuses = new Map<number | string, number>()
    let number = 200_000
    const tokens = createDevelopmentTokens(engine.dataDir)
    const post = async () => {
      const own = await tokens({ country: 'SG', role: 'system', person: 'load' })
      return new Promise<void>(resolve => {
        const one = number++
        const told = (status: number | string) => {
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          resolve()
        }
        const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/json', 'idempotency-key': `still-${one}` }
        const asked = request(`${engine.intakeUrl}/v1/requests`, { method: 'POST', agent, headers, timeout: 30_000 }, answer => {
          answer.resume().once('end', () => told(answer.statusCode ?? 0))
        })
        asked.once('timeout', () => asked.destroy(new Error('no answer within 30 s')))
        asked.once('error', error => told(error.message))
        asked.end(JSON.stringify(buildRequestNumber(one)))
      })
    }
    const until = performance.now() + 10_000
    const grown = await growthWhile(async () => {
      await kafka.kill('SIGSTOP')
      await Promise.all(
        Array.from({ length: 256 }, async () => {
          while (performance.now() < until) await post()
        }),
      )
    })
    await kafka.kill('SIGCONT')
    agent.destroy()
    console.log('requests by HTTP while no broker answers:', Object.fromEntries(statuses))
    expectBounded('requests by HTTP', grown)
    expect([...statuses.keys()].filter(status => ![202, 429, 503].includes(Number(status)))).toEqual([])
    await eventually(
      async () => ((await fetch(`${engine.intakeUrl}/health/ready`)).ok ? true : undefined),
      'the door is there again',
      30_000,
    )
  })
})
