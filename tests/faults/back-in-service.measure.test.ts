import { type OwnCluster, serviceNames, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { expectRatio } from '@holdfast/test-kit/ratios'
import { createDevelopmentTokens } from '@holdfast/trust'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { testSettings } from '../src/engine.ts'
import { type OpenLoad, startOpenLoad, untilFull } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { median } from '../src/quantiles.ts'
import { missingServers } from '../src/real-servers.ts'

// Service is full when each request has its 202 and its order within a second. Ten services, a broker, Redis and the
// load take all of two cores at 100 requests a second: a restarted process then waits for a core. Machines with more
// cores can use a higher rate: HOLDFAST_BACK_IN_SERVICE_RATE=300.
const perSecond = Number(process.env.HOLDFAST_BACK_IN_SERVICE_RATE ?? 20)

const env = { ...testSettings, HOLDFAST_LOG_LEVEL: 'warn' }
/** Service counts as full after this time without a gap. */
const staysMs = 2_000

const killsOfEach = 4

describe.skipIf(missingServers())(`two instances of each service at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
    await untilFull(tried.load, performance.now(), staysMs)
  }, 240_000)
  afterAll(() => tried?.stop())

  test.each(serviceNames)('%s is killed and restarted: service is full again soon after the process is up', async name => {
    const { pairs, load } = tried
    await expectRatio(`full service after ${name} is killed to its start`, { max: 3 }, async () => {
      const returnsMs: number[] = []
      const startsMs: number[] = []
      for (let kill = 0; kill < killsOfEach; kill++) {
        const killed = pairs[name][kill % 2 === 0 ? 0 : 1]
        const killedAt = performance.now()
        await killed.kill('SIGKILL')
        await killed.start()
        startsMs.push(performance.now() - killedAt)
        const { fullAfterMs } = await untilFull(load, killedAt, staysMs)
        returnsMs.push(fullAfterMs)
      }
      return { value: median(returnsMs), against: median(startsMs), unit: 'ms' }
    })
  })
})

const brokerKills = 5
/** The time after which a controller expels a silent broker (`broker.session.timeout.ms` of the test cluster). */
const brokerSessionMs = 3_000

describe.skipIf(missingServers())(`three brokers with three replicas, at ${perSecond} requests a second`, () => {
  let engine: OwnCluster<KafkaCluster>
  let load: OpenLoad

  beforeAll(async () => {
    engine = await startOwnCluster(startKafkaCluster(3), { replication: 3, env })
    const tokens = createDevelopmentTokens(engine.dataDir)
    const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
    load = await startOpenLoad({ endpoints: [engine.intakeUrl], token, perSecond, streams: engine.streams })
  }, 240_000)
  afterAll(async () => {
    await load?.stop().catch(() => {})
    await engine?.stop()
  })

  test(`a broker killed ${brokerKills} times: service is full again soon after its session`, async () => {
    await expectRatio('full service after a broker is killed to its session', { max: 2.4 }, async () => {
      const returnsMs: number[] = []
      for (let kill = 0; kill < brokerKills; kill++) {
        await untilFull(load, performance.now(), staysMs)
        // The first broker has the only controller: without it there is no cluster for a while.
        const killed = engine.kafka.nodes[1 + (kill % 2)]
        if (!killed) throw new Error('there are three')
        const killedAt = performance.now()
        await killed.kill('SIGKILL')
        const { fullAfterMs } = await untilFull(load, killedAt, staysMs)
        returnsMs.push(fullAfterMs)
        await killed.restart()
      }
      return { value: median(returnsMs), against: brokerSessionMs, unit: 'ms' }
    })
  })
})
