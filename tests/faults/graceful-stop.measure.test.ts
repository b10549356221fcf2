import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { expectRatios } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilFull } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { missingServers } from '../src/real-servers.ts'

const perSecond = 40
/** A process that has not ended by then ends the hard way, with another exit code. */
const stopMsMax = 10_000
/** The partitions of a process that ends in order wait for no session. */
const sessionMs = 6_000
const staysMs = 2_000

describe.skipIf(missingServers())(`two of each service, at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
  }, 240_000)
  afterAll(() => tried?.stop())

  test.each(serviceNames)('%s ends on SIGTERM long before it is forced to, and its partitions wait for no session', async name => {
    const { pairs, load } = tried
    const [stopped] = pairs[name]
    const names = { end: `end of ${name} to its limit`, moved: `orders in time after the end of ${name} to a session` }
    await expectRatios({ [names.end]: { max: 0.5 }, [names.moved]: { max: 0.9 } }, async () => {
      await untilFull(load, performance.now(), staysMs)
      const stoppedAt = performance.now()
      await stopped.kill('SIGTERM')
      const endMs = performance.now() - stoppedAt
      expect(stopped.exitCode).toBe(0)
      // An endpoint that is away is no fault of the other services: what was accepted has its order in time.
      const accepted = {
        get sent() {
          return load.sent.filter(({ failure }) => failure === undefined)
        },
      }
      const { fullAfterMs } = await untilFull(accepted, stoppedAt, staysMs)
      await stopped.start()
      return {
        [names.end]: { value: endMs, against: stopMsMax, unit: 'ms' as const },
        [names.moved]: { value: fullAfterMs, against: sessionMs, unit: 'ms' as const },
      }
    })
  })
})
