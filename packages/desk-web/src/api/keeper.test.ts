import { expect, test } from 'vitest'
import { createKeeper } from './keeper.ts'

/** Fetches that are answered when the test says so. */
function asks() {
  const waiting: Array<(cost: number) => void> = []
  const begun: Array<() => void> = []
  let count = 0
  return {
    ask: () => {
      count++
      for (const tell of begun.splice(0)) tell()
      return new Promise<number>(resolve => waiting.push(resolve))
    },
    count: () => count,
    answer: (cost = 1) => waiting.shift()?.(cost),
    next: () => new Promise<void>(resolve => begun.push(resolve)),
  }
}

test('it fetches at once, never twice at a time, and once more for all that came meanwhile', async () => {
  const { ask, count, answer, next } = asks()
  const keeper = createKeeper(ask)
  const first = next()
  keeper.wake()
  await first
  for (let n = 0; n < 50; n++) keeper.wake()
  expect(count()).toBe(1)
  const second = next()
  answer()
  await second
  expect(count()).toBe(2)
  keeper.stop()
})

test('for a burst it fetches four times at once, and then twice a second', async () => {
  const times: number[] = []
  const began = performance.now()
  await new Promise<void>(resolve => {
    const keeper = createKeeper(async () => {
      times.push(performance.now() - began)
      keeper.wake()
      if (times.length === 6) {
        keeper.stop()
        resolve()
      }
      return 1
    })
    keeper.wake()
  })
  // Only time allows it, so a slow machine can only be later.
  expect(times[4]).toBeGreaterThanOrEqual(400)
  expect((times[5] ?? 0) - (times[4] ?? 0)).toBeGreaterThanOrEqual(400)
})

test('it fetches again after a failure, and not after it was stopped', async () => {
  let count = 0
  await new Promise<void>(resolve => {
    const keeper = createKeeper(() => {
      if (++count < 2) keeper.wake()
      else {
        keeper.stop()
        keeper.wake()
        resolve()
      }
      return Promise.reject(new Error('the line is cut'))
    })
    keeper.wake()
  })
  await new Promise(resolve => setTimeout(resolve))
  expect(count).toBe(2)
})
