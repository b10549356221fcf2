import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bankCount, startTwentyBanks, type TwentyBanks } from '../src/twenty-banks.ts'

/**
 * The engine pauses deliveries to a bank that loses its first answers, for 5 and then 10 s, because the bank seems to
 * be down. Fifteen orders are three times the failures that this takes.
 */
const ordersOfEach = 15
const orders = bankCount * ordersOfEach

describe('orders for twenty banks', () => {
  let tried: TwentyBanks

  beforeAll(async () => {
    tried = await startTwentyBanks({ ordersOfEach, withinMs: 40_000 })
  })
  afterAll(() => tried?.stop())

  test('arrive once each at healthy banks', async () => {
    const ids = await tried.submit(1)
    const { taken } = await tried.allTakenOrTold(ids)
    expect(taken.size).toBe(orders)
    tried.expectNoneTakenTwice(ids)
    expect(tried.banks.flatMap(({ receiver }) => [...receiver.times.values()]).filter(times => times > 1)).toEqual([])
  })

  test('arrive or are reported as undelivered, with five banks down, five slow and five that lose their answers', async () => {
    await tried.fallIll()
    const ids = await tried.submit(orders + 1)
    const { taken, told } = await tried.allTakenOrTold(ids)
    tried.expectNoneTakenTwice(ids)
    for (const bank of tried.banks) if (bank.kind !== 'down') expect(tried.takenBy(bank, ids).size).toBe(ordersOfEach)
    expect([...told].filter(id => taken.has(id))).toEqual([])
    expect(told.size).toBe(5 * ordersOfEach)
    // Those that lose answers have received each order twice and acted once.
    for (const { kind, receiver } of tried.banks)
      if (kind === 'forgetful') expect([...receiver.times.values()].filter(times => times > 1)).toHaveLength(ordersOfEach)
  })
})
