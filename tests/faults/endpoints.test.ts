import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bankCount, startTwentyBanks, type TwentyBanks } from '../src/twenty-banks.ts'

/** A bank that loses its first answers is left alone for 5 and then for 10 s, because it seems to be away. Fifteen orders are three times as many failures as that takes. */
const ordersOfEach = 15
const orders = bankCount * ordersOfEach

describe('orders for twenty banks', () => {
  let tried: TwentyBanks

  beforeAll(async () => {
    tried = await startTwentyBanks({ ordersOfEach, withinMs: 40_000 })
  })
  afterAll(() => tried?.stop())

  test('that are all well arrive, each once', async () => {
    const ids = await tried.submit(1)
    const { taken } = await tried.allTakenOrTold(ids)
    expect(taken.size).toBe(orders)
    tried.expectNoneTakenTwice(ids)
    expect(tried.banks.flatMap(({ receiver }) => [...receiver.times.values()]).filter(times => times > 1)).toEqual([])
  })

  test('of which five are down, five slow and five forget their answers arrive or are told of', async () => {
    await tried.fallIll()
    const ids = await tried.submit(orders + 1)
    const { taken, told } = await tried.allTakenOrTold(ids)
    tried.expectNoneTakenTwice(ids)
    for (const bank of tried.banks) if (bank.kind !== 'down') expect(tried.takenBy(bank, ids).size).toBe(ordersOfEach)
    expect([...told].filter(id => taken.has(id))).toEqual([])
    expect(told.size).toBe(5 * ordersOfEach)
    // Those that forget have seen each order twice, and have acted once.
    for (const { kind, receiver } of tried.banks)
      if (kind === 'forgetful') expect([...receiver.times.values()].filter(times => times > 1)).toHaveLength(ordersOfEach)
  })
})
