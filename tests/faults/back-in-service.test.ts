import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { slowness } from '@holdfast/test-kit/machine-speed'
import { type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { createDevelopmentTokens } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterEngine, serviceNames, startClusterEngine } from '../src/cluster-engine.ts'
import { testSettings } from '../src/engine.ts'
import { doubledOrders, foldLedger } from '../src/load.ts'
import { type OpenLoad, startOpenLoad, untilFull } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { median } from '../src/quantiles.ts'
import { missingServers } from '../src/real-servers.ts'

// Service is full when each request has its 202 and its order within a second of its sending. Ten services, a broker, Redis and the load take all of two cores at 100 requests a
// second: there a process is back as late as it gets a core to start on. More cores can do more: HOLDFAST_BACK_IN_SERVICE_RATE=300.
const perSecond = Number(process.env.HOLDFAST_BACK_IN_SERVICE_RATE ?? 20)

const env = { ...testSettings, HOLDFAST_LOG_LEVEL: 'warn' }
/** Service has to stay full for so long to be full. */
const staysMs = 2_000

const inMs = (of: readonly number[]): string => of.map(ms => Math.round(ms)).join(', ')

/** Everything that was accepted is in the ledger, once, and was ordered once. */
async function expectNothingLostOrDoubled(engine: ClusterEngine, { sent }: OpenLoad): Promise<void> {
  const accepted = sent.filter(({ requestId }) => requestId !== undefined)
  const { states } = await foldLedger(engine)
  expect(accepted.filter(({ requestId = '' }) => states.get(requestId) !== 'verified.ordering')).toEqual([])
  const orders = await doubledOrders(engine, 'TL')
  expect(orders.doubled).toEqual([])
  expect(accepted.filter(({ orders = 0 }) => orders === 0)).toEqual([])
  console.log(`${accepted.length} of ${sent.length} requests were accepted; each is in the ledger and was ordered once`)
}

const killsOfEach = 4
/** On the machine on which bounds are set; a process starts as fast as its machine is. */
const serviceMsMax = 2_000

describe.skipIf(missingServers())(`two of each service at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad
  const returnsMs: number[] = []
  /** The most of what was measured around each kill. */
  let slow = 1

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
    await untilFull(tried.load, performance.now(), staysMs)
  }, 240_000)
  afterAll(() => tried?.stop())

  // Service has been full for a while whenever the next one is killed: each waits for that.
  test.each(serviceNames)(`%s, killed ${killsOfEach} times and started again at once`, async name => {
    const { pairs, load } = tried
    const ofThis: number[] = []
    slow = Math.max(slow, slowness())
    for (let kill = 0; kill < killsOfEach; kill++) {
      const killed = pairs[name][kill % 2 === 0 ? 0 : 1]
      const killedAt = performance.now()
      await killed.kill('SIGKILL')
      await killed.start()
      const { fullAfterMs } = await untilFull(load, killedAt, staysMs)
      ofThis.push(fullAfterMs)
    }
    console.log(`${name}: service was full again ${inMs(ofThis)} ms after it was killed`)
    returnsMs.push(...ofThis)
    slow = Math.max(slow, slowness())
  })

  test('service is full again in less than two seconds, each time', async () => {
    console.log(
      `of ${returnsMs.length} kills: median ${inMs([median(returnsMs)])} ms, worst ${inMs([Math.max(...returnsMs)])} ms, on a machine ${slow.toFixed(1)} times as slow as the one on which bounds are set`,
    )
    expect(returnsMs).toHaveLength(killsOfEach * serviceNames.length)
    expect(returnsMs.filter(ms => ms >= serviceMsMax * slow)).toEqual([])
  })

  test('nothing that was accepted is lost or doubled', async () => {
    const { engine, load } = tried
    await load.stop()
    await expectNothingLostOrDoubled(engine, load)
  })
})

const brokerKills = 5
/** A controller gives a broker that has gone silent so long (`broker.session.timeout.ms` of the test cluster). */
const brokerSessionMs = 3_000
/**
 * What is aimed at is a second more; on two cores half of the times are about that, and the first is up to two seconds later. This is what tells a service that waits for more than the broker,
 * on the machine on which bounds are set.
 */
const behindBrokerMsMax = 4_000

describe.skipIf(missingServers())(`three brokers that keep three copies, at ${perSecond} requests a second`, () => {
  let cluster: KafkaCluster
  let redis: RedisServer
  let engine: ClusterEngine
  let load: OpenLoad

  beforeAll(async () => {
    cluster = await startKafkaCluster(3)
    redis = await startRedis()
    engine = await startClusterEngine({ brokers: cluster.brokers, replication: 3, redisUrl: redis.url, env })
    const tokens = createDevelopmentTokens(engine.dataDir)
    const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
    load = await startOpenLoad({ doors: [engine.intakeUrl], token, perSecond, streams: engine.streams })
  }, 240_000)
  afterAll(async () => {
    await load?.stop().catch(() => {})
    await engine?.stop()
    await redis?.stop()
    await cluster?.stop()
  })

  test(`a broker killed ${brokerKills} times: service is full again soon after its session`, async () => {
    const returnsMs: number[] = []
    let slow = slowness()
    for (let kill = 0; kill < brokerKills; kill++) {
      await untilFull(load, performance.now(), staysMs)
      // The first of them has the one controller: who loses that has no cluster for a while.
      const killed = cluster.nodes[1 + (kill % 2)]
      if (!killed) throw new Error('there are three')
      const killedAt = performance.now()
      await killed.kill('SIGKILL')
      const { fullAfterMs } = await untilFull(load, killedAt, staysMs)
      returnsMs.push(fullAfterMs)
      slow = Math.max(slow, slowness())
      await killed.restart()
    }
    console.log(`service was full again ${inMs(returnsMs)} ms after a broker was killed, median ${inMs([median(returnsMs)])} ms`)
    expect(returnsMs.filter(ms => ms >= brokerSessionMs + behindBrokerMsMax * slow)).toEqual([])
  })

  test('nothing that was accepted is lost or doubled', async () => {
    await load.stop()
    await expectNothingLostOrDoubled(engine, load)
  })
})
