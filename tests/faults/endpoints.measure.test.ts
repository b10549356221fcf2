import { expectRatio } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bankCount, slowMs, startTwentyBanks, type TwentyBanks } from '../src/twenty-banks.ts'

const ordersOfEach = 50
let tried: TwentyBanks

beforeAll(async () => {
  tried = await startTwentyBanks({ ordersOfEach, withinMs: 100_000 })
})
afterAll(() => tried?.stop())

test('healthy banks get their orders as fast as without fifteen faulty ones', async () => {
  let sent = 0
  /** The 99th percentile from the decision to the healthy banks, in milliseconds. */
  async function p99OfNext(): Promise<number> {
    const ids = await tried.submit(sent + 1)
    sent += bankCount * ordersOfEach
    await tried.allTakenOrTold(ids)
    const { orders, p99 } = tried.delays(ids)
    expect(orders).toBe(5 * ordersOfEach)
    return p99
  }
  const well = await p99OfNext()
  await tried.fallIll()
  // A healthy bank that waits for a slow one waits for a second at least.
  await expectRatio('delay of orders with unhealthy banks to the delay with healthy ones, p99', { max: 3 }, async () => ({
    value: await p99OfNext(),
    against: Math.max(well, slowMs / 6),
    unit: 'ms',
  }))
}, 600_000)
