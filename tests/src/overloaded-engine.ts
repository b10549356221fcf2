import { Agent } from 'node:http'
import { deterministicId, notificationsTopic, topics } from '@holdfast/schemas'
import { type ClusterEngine, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'
import { createDevelopmentTokens } from '@holdfast/trust'
import { countIn, eventually, tokenOf } from './engine.ts'

const withinMs = 240_000
const postsMs = 10_000
const connections = 256

/** An engine that receives more than it can process, with its own broker and Redis. */
export interface OverloadedEngine {
  readonly engine: ClusterEngine
  /** Publishes requests that no earlier call published. Resolves when all are opened and verified. */
  openRequests(count: number): Promise<void>
  /** Publishes answers that match no order. Resolves when all are parked or refused. */
  refuseAnswers(count: number): Promise<void>
  /** Sends requests by HTTP for ten seconds while no broker answers. Returns how often each status or error came. */
  postWithoutBroker(): Promise<ReadonlyMap<number | string, number>>
  stop(): Promise<void>
}

export async function startOverloadedEngine(): Promise<OverloadedEngine> {
  const engine = await startOwnCluster(startKafka())
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
      const refused = async () => (await countOf(topics.deadLetters.name)) + (await countOf(notificationsTopic('TL').name).catch(() => 0))
      const before = await refused()
      await publish(topics.answers.name, count, answerRecord)
      await eventually(async () => ((await refused()) >= before + count ? true : undefined), 'all are parked or refused', withinMs)
    },
    async postWithoutBroker() {
      const agent = new Agent({ keepAlive: true, maxSockets: connections })
      const statuses = new Map<number | string, number>()
      const tokens = createDevelopmentTokens(engine.dataDir)
      async function post(): Promise<void> {
        const own = await tokens({ country: 'SG', role: 'system', person: 'load' })
        const number = nextRequest++
        const headers = { authorization: `Bearer ${own}`, 'idempotency-key': `still-${number}` }
        const body = JSON.stringify(buildRequestNumber(number))
        const answer = await sendHttp(`${engine.intakeUrl}/v1/requests`, { body, headers, agent, answerMsMax: 60_000 })
        const status = 'status' in answer ? answer.status : answer.error.message
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
      const until = performance.now() + postsMs
      await engine.kafka.kill('SIGSTOP')
      try {
        await sendInWindow({ atOnce: connections, goesOn: () => performance.now() < until }, post)
      } finally {
        await engine.kafka.kill('SIGCONT')
        agent.destroy()
      }
      return statuses
    },
    stop: engine.stop,
  }
}
