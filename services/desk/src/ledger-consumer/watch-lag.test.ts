import { expect, onTestFinished, test, vi } from 'vitest'
import { createLagWatch } from './watch-lag.ts'

test('a reading that is under way at the stop does not use the projection any more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const end = Promise.withResolvers<number>()
  const ledgers = { ends: async () => new Map([[0, await end.promise]]) }
  let looks = 0
  const views = {
    positions() {
      looks += 1
      return new Map<number, number>()
    },
  }
  const watch = createLagWatch({ ledgers, views, clock: { now: () => new Date() } }, new Map())
  vi.advanceTimersByTime(2_000)
  watch.stop()
  end.resolve(1)
  await new Promise(setImmediate)
  expect(looks).toBe(0)
})
