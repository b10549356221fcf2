import { type ClusterEngine, type ServiceName, serviceNames, startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { freePort } from '@holdfast/test-kit/ports'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientsOf, eventually, submit } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

type Part = ServiceName | 'kafka' | 'redis'

/** The delay between two starts: the earlier process has begun to look for missing ones. */
const apartMs = 700
const readyWithinMs = 60_000

/** The same orders in every run. The backends come last in the first two. */
const drawn = fc.sample(fc.shuffledSubarray<Part>([...serviceNames, 'kafka', 'redis'], { minLength: 7 }), { seed: 45, numRuns: 3 })
const lastTwo = (...last: readonly Part[]): Part[] => [...(drawn[0] ?? []).filter(part => !last.includes(part)), ...last]
const orders: readonly (readonly Part[])[] = [lastTwo('redis', 'kafka'), lastTwo('kafka', 'redis'), ...drawn]

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe.skipIf(missingServers())('the order in which an engine is started does not matter', () => {
  test.each(orders.map(order => ({ order, says: order.join(', ') })))('$says', async ({ order }) => {
    const [kafkaPort, redisPort] = [await freePort(), await freePort()]
    const backends: Partial<{ kafka: KafkaServer; redis: Awaited<ReturnType<typeof startRedis>> }> = {}
    async function startAll(services: ClusterEngine['services']): Promise<void> {
      const starting: Promise<unknown>[] = []
      for (const part of order) {
        if (part === 'kafka') starting.push(startKafka({ port: kafkaPort }).then(kafka => Object.assign(backends, { kafka })))
        else if (part === 'redis') starting.push(startRedis({ port: redisPort }).then(redis => Object.assign(backends, { redis })))
        else starting.push(services[part].start())
        await pause(apartMs)
      }
      await Promise.all(starting)
    }
    const startedAt = performance.now()
    const engine = await startClusterEngine({
      brokers: `127.0.0.1:${kafkaPort}`,
      redisUrl: `redis://127.0.0.1:${redisPort}`,
      startServices: startAll,
    })
    try {
      for (const name of serviceNames)
        await eventually(async () => ((await isReady(engine.services[name].url)) ? true : undefined), `${name} is ready`, readyWithinMs)
      const requestId = await submit(engine, ['SG', 'system', 'load'], buildRequestNumber(1), 'start-order')
      const { desk } = clientsOf(engine, ['SG', 'officer'])
      const ordered = async () => {
        const shown = await desk.show(requestId)
        return shown.ok && shown.value.request.states.includes('verified.ordering') ? true : undefined
      }
      await eventually(ordered, 'the request is ordered')
      console.log(`${order.join(', ')}: working ${((performance.now() - startedAt) / 1000).toFixed(1)} s after the first start`)
      // No process has given up, which would need a restart: this test does none.
      expect(serviceNames.filter(name => engine.services[name].exitCode !== null)).toEqual([])
    } finally {
      await engine.stop()
      await backends.redis?.stop()
      await backends.kafka?.stop()
    }
  })
})

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200
