import { Agent, request } from 'node:http'
import { deterministicId, noticesTopic, topics } from '@holdfast/schemas'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens } from '@holdfast/trust'
import { type ClusterEngine, startClusterEngine } from './cluster-engine.ts'
import { countIn, eventually, tokenOf } from './engine.ts'

const withinMs = 240_000
const postsMs = 10_000
const connections = 256

/** An engine on a broker and a Redis of its own, to which more comes than it works on. */
export interface OverloadedEngine {
  readonly engine: ClusterEngine
  /** Publishes requests that no earlier call published. Resolves when all are opened and verified. */
  openRequests(count: number): Promise<void>
  /** Publishes answers about nothing that was ordered. Resolves when all are put aside or refused. */
  refuseAnswers(count: number): Promise<void>
  /** Sends requests by HTTP for ten seconds while no broker answers. Returns how often each status or error came. */
  postWithoutBroker(): Promise<ReadonlyMap<number | string, number>>
  stop(): Promise<void>
}

export async function startOverloadedEngine(): Promise<OverloadedEngine> {
  const kafka = await startKafka()
  const redis = await startRedis()
  const engine = await startClusterEngine({ brokers: kafka.brokers, redisUrl: redis.url })
  const token = await tokenOf(engine, ['SG', 'system', 'load'])
  const bank = await tokenOf(engine, ['TL', 'institution', 'load'])
  let nextRequest = 1
  let nextAnswer = 1

  const eventOf = (type: string, number: number, data: unknown) => ({
    specversion: '1.0',
    id: `waiting-${type}-${number}`,
    source: '/ncb/sg',
    type,
    time: '2024-07-23T02:25:00Z',
    datacontenttype: 'application/json',
    data,
  })
  async function publish(
    topic: string,
    count: number,
    recordOf: () => { key: string; value: string; headers: Record<string, string> },
  ): Promise<void> {
    for (let from = 0; from < count; from += 1_000)
      await engine.streams.publish(topic, Array.from({ length: Math.min(1_000, count - from) }, recordOf))
  }
  const countOf = (topic: string) => countIn(engine.streams, topic)

  function answerRecord() {
    const number = nextAnswer++
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
  }
  function requestRecord() {
    const number = nextRequest++
    return {
      key: `${number}`,
      value: JSON.stringify(eventOf('holdfast.request.v1', number, buildRequestNumber(number))),
      headers: { authorization: `Bearer ${token}` },
    }
  }

  return {
    engine,
    async openRequests(count) {
      const opened = await countOf(topics.ledger.name)
      await publish(topics.requests.name, count, requestRecord)
      const areOpen = async () => ((await countOf(topics.ledger.name)) >= opened + 2 * count ? true : undefined)
      await eventually(areOpen, 'all are opened and verified', withinMs)
    },
    async refuseAnswers(count) {
      const refused = async () => (await countOf(topics.deadLetters.name)) + (await countOf(noticesTopic('TL').name).catch(() => 0))
      const before = await refused()
      await publish(topics.answers.name, count, answerRecord)
      await eventually(async () => ((await refused()) >= before + count ? true : undefined), 'all are put aside or refused', withinMs)
    },
    async postWithoutBroker() {
      const agent = new Agent({ keepAlive: true, maxSockets: connections })
      const statuses = new Map<number | string, number>()
      const tokens = createDevelopmentTokens(engine.dataDir)
      async function post(): Promise<void> {
        const own = await tokens({ country: 'SG', role: 'system', person: 'load' })
        const number = nextRequest++
        return new Promise<void>(resolve => {
          const told = (status: number | string) => {
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
            resolve()
          }
          const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/json', 'idempotency-key': `still-${number}` }
          const asked = request(`${engine.intakeUrl}/v1/requests`, { method: 'POST', agent, headers, timeout: 60_000 }, answer => {
            answer.resume().once('end', () => told(answer.statusCode ?? 0))
          })
          asked.once('timeout', () => asked.destroy(new Error('no answer within 60 s')))
          asked.once('error', error => told(error.message))
          asked.end(JSON.stringify(buildRequestNumber(number)))
        })
      }
      const until = performance.now() + postsMs
      await kafka.kill('SIGSTOP')
      try {
        await Promise.all(
          Array.from({ length: connections }, async () => {
            while (performance.now() < until) await post()
          }),
        )
      } finally {
        await kafka.kill('SIGCONT')
        agent.destroy()
      }
      return statuses
    },
    async stop() {
      await engine.stop()
      await redis.stop()
      await kafka.stop()
    },
  }
}
