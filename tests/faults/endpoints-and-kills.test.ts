import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { share, startTwentyBanks, type TwentyBanks } from '../src/twenty-banks.ts'

let tried: TwentyBanks

beforeAll(async () => {
  tried = await startTwentyBanks()
})
afterAll(() => tried?.stop())

test('1,000 orders for twenty banks, of which five are down, five slow and five forget their answers, arrive or are told of when the engine is killed again and again meanwhile', async () => {
  const { engine, banks } = tried
  await tried.fallIll()
  const killing = (async () => {
    for (const afterMs of [600, 1_500, 4_000]) {
      await sleep(afterMs)
      await engine.kill('SIGKILL')
      await engine.start()
    }
  })()
  const [ids] = await Promise.all([tried.submit(1), killing])
  const { taken, told } = await tried.allTakenOrTold(ids)
  tried.expectNoneTakenTwice(ids)
  for (const bank of banks) if (bank.kind === 'healthy' || bank.kind === 'forgetful') expect(tried.takenBy(bank, ids).size).toBe(share)
  console.log(`killed three times: ${taken.size} taken, ${told.size} told of`)
})
