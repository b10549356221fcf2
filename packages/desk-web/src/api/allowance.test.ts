import { expect, test } from 'vitest'
import { createAllowance } from './allowance.ts'

const limits = { perSecond: 2, most: 4 }

/** When each of an endless series of actions runs, in milliseconds. */
function timesOf(cost: number, untilMs: number): number[] {
  const allowance = createAllowance(limits, 0)
  const times: number[] = []
  for (let nowMs = 0; nowMs <= untilMs; nowMs += Math.max(1, allowance.waitMs(nowMs))) {
    if (allowance.waitMs(nowMs) > 0) continue
    times.push(nowMs)
    allowance.spend(cost, nowMs)
  }
  return times
}

test('the first few run at once, and then two a second', () => {
  const times = timesOf(1, 10_000)
  expect(times.slice(0, 4).every(ms => ms < 10)).toBe(true)
  expect(times.length).toBeGreaterThanOrEqual(4 + 19)
  expect(times.length).toBeLessThanOrEqual(4 + 21)
})

test('an action that costs eleven, at two a second, runs once at once and then every 5.5 seconds', () => {
  const times = timesOf(11, 20_000)
  const [first, second, third] = times
  expect(first).toBe(0)
  expect(second).toBeCloseTo(4_000, -2)
  expect(third).toBeCloseTo(4_000 + 5_500, -2)
})

test('a long wait saves up no more than the limit', () => {
  const allowance = createAllowance(limits, 0)
  for (let n = 0; n < 4; n++) allowance.spend(1, 60_000)
  expect(allowance.waitMs(60_000)).toBe(500)
})
