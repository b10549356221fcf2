import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectNothingLostOrDoubled } from '../src/nothing-lost.ts'
import { untilServed } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { missingServers } from '../src/real-servers.ts'

const perSecond = 10
const killsOfEach = 2

describe.skipIf(missingServers())(
  `two instances of each service, on three brokers with three replicas, at ${perSecond} requests a second`,
  () => {
    let tried: PairsUnderLoad

    beforeAll(async () => {
      tried = await startPairsUnderLoad(perSecond, 3)
      await untilServed(tried.load, performance.now())
    }, 240_000)
    afterAll(() => tried?.stop())

    test.each(serviceNames)(`%s, killed ${killsOfEach} times and restarted at once: requests are served again`, async name => {
      const { pairs, load } = tried
      for (let kill = 0; kill < killsOfEach; kill++) {
        const killed = pairs[name][kill % 2 === 0 ? 0 : 1]
        await killed.kill('SIGKILL')
        await killed.start()
        await untilServed(load, performance.now())
      }
    })

    // The first of the three has the only controller: without it there is no cluster for a while.
    test.each([1, 2])('broker %i is killed: requests are served again without it, and with it', async number => {
      const { engine, load } = tried
      const killed = engine.kafka.nodes[number]
      if (!killed) throw new Error('there are three')
      await killed.kill('SIGKILL')
      await untilServed(load, performance.now())
      await killed.restart()
      await untilServed(load, performance.now())
    })

    test('no accepted request is lost or duplicated', async () => {
      const { engine, load } = tried
      await load.stop(120_000)
      await expectNothingLostOrDoubled(engine, load)
    })
  },
)
