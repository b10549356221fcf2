import { serviceNames } from '@holdfast/test-kit/cluster-engine'
import { expectRatios } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilFull } from '../src/open-load.ts'
import { type PairsUnderLoad, startPairsUnderLoad } from '../src/pairs-under-load.ts'
import { missingServers } from '../src/real-servers.ts'

const perSecond = 40
/** A process that has not stopped by then is killed, with another exit code. */
const stopMsMax = 10_000
/** Partitions of a process that stops in order do not wait for its session timeout. */
const sessionMs = 6_000
const staysMs = 2_000

describe.skipIf(missingServers())(`two instances of each service, at ${perSecond} requests a second`, () => {
  let tried: PairsUnderLoad

  beforeAll(async () => {
    tried = await startPairsUnderLoad(perSecond)
  }, 240_000)
  afterAll(() => tried?.stop())

  test.each(serviceNames)('%s stops on SIGTERM long before its limit, and its partitions wait for no session timeout', async name => {
    const { pairs, load } = tried
    const [stopped] = pairs[name]
    const names = { end: `end of ${name} to its limit`, moved: `orders in time after the end of ${name} to a session` }
    await expectRatios({ [names.end]: { max: 0.5 }, [names.moved]: { max: 0.9 } }, async () => {
      await untilFull(load, performance.now(), staysMs)
      const stoppedAt = performance.now()
      await stopped.kill('SIGTERM')
      const endMs = performance.now() - stoppedAt
      expect(stopped.exitCode).toBe(0)
      // An unavailable endpoint is no fault of other services: accepted requests have their orders in time.
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
