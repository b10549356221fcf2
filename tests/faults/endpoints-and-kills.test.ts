import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwentyBanks, type TwentyBanks } from '../src/twenty-banks.ts'

/** Slow banks take five seconds, so the last kill interrupts their deliveries. */
const ordersOfEach = 20
let tried: TwentyBanks

beforeAll(async () => {
  tried = await startTwentyBanks({ ordersOfEach, withinMs: 40_000 })
})
afterAll(() => tried?.stop())

test('during repeated kills of the engine, orders for twenty banks, of which fifteen are faulty, arrive or are reported as undelivered', async () => {
  const { engine, banks } = tried
  await tried.fallIll()
  const killing = (async () => {
    for (const afterMs of [400, 800, 2_000]) {
      await sleep(afterMs)
      await engine.kill('SIGKILL')
      await engine.start()
    }
  })()
  const [ids] = await Promise.all([tried.submit(1), killing])
  const { taken, told } = await tried.allTakenOrTold(ids)
  tried.expectNoneTakenTwice(ids)
  for (const bank of banks)
    if (bank.kind === 'healthy' || bank.kind === 'forgetful') expect(tried.takenBy(bank, ids).size).toBe(ordersOfEach)
  console.log(`killed three times: ${taken.size} taken, ${told.size} told of`)
})
