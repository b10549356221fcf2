import { topics } from '@holdfast/schemas'
import { type OwnCluster, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsIn, eventually, reaches, tokenOf } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

describe.skipIf(missingServers())('while a backend is down', () => {
  let engine: OwnCluster<KafkaServer>

  beforeAll(async () => {
    engine = await startOwnCluster(startKafka(), { redis: { appendonly: true } })
  })
  afterAll(() => engine?.stop())

  async function post(number: number) {
    const response = await fetch(`${engine.intakeUrl}/v1/requests`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenOf(engine, ['SG', 'system'])}`,
        'content-type': 'application/json',
        'idempotency-key': `away-${number}`,
      },
      body: JSON.stringify(buildRequestNumber(number)),
    })
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: (await response.json()) as { code?: string; requestId?: string },
    }
  }
  const openings = async () =>
    (await eventsIn<{ type: string }>(engine.streams, topics.commands)).filter(command => command.type.endsWith('OpenRequest')).length
  /** The endpoint recovers by itself; a claim with an unknown outcome is free after its lease. */
  const acceptedAgain = (number: number) =>
    eventually(
      async () => {
        const answer = await post(number)
        return answer.status === 202 ? answer.body.requestId : undefined
      },
      'the endpoint accepts requests again',
      60_000,
    )

  test.each([
    ['killed', 'SIGKILL', () => engine.redis.restart()],
    ['stopped', 'SIGSTOP', () => engine.redis.kill('SIGCONT')],
  ] as const)('Redis %s: 503, no request accepted, and the same key works afterwards', async (_how, signal, bringBack) => {
    const before = await openings()
    const number = signal === 'SIGKILL' ? 1 : 2
    await engine.redis.kill(signal)
    // The first call can be the one that detects the outage.
    for (let i = 0; i < 3; i++) {
      const refused = await post(number)
      expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
      expect(refused.retryAfter).not.toBeNull()
    }
    expect(await openings()).toBe(before)
    expect((await fetch(`${engine.intakeUrl}/health/ready`)).status).toBe(503)
    expect((await fetch(`${engine.intakeUrl}/health/live`)).status).toBe(200)
    await bringBack()
    await reaches(engine, await acceptedAgain(number), 'verified')
    expect(await openings()).toBe(before + 1)
  })

  test('Kafka killed: 503, and the same key works once it is back', async () => {
    await engine.kafka.kill('SIGKILL')
    const refused = await post(3)
    expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    await engine.kafka.restart()
    await reaches(engine, await acceptedAgain(3), 'verified')
  })
})
