import { expect, test } from 'vitest'
import { createWaiting } from './waiting.ts'

const timed = async (work: Promise<unknown>): Promise<number> => {
  const begunMs = performance.now()
  await work
  return performance.now() - begunMs
}

test('a waiting caller gets the value with the name, or undefined if none comes in time', async () => {
  const waiting = createWaiting<number>()
  const [first, second, late] = [waiting.for('a', 1_000), waiting.for('a', 1_000), waiting.for('b', 20)]
  waiting.resolve('a', 1)
  waiting.resolve('a', 2)
  expect(await Promise.all([first, second, late])).toEqual([1, 1, undefined])
})

test('a caller who starts to wait is noticed at once, and one who waits already too', async () => {
  const waiting = createWaiting<number>()
  expect(await timed(waiting.awaited(60))).toBeGreaterThan(50)
  // Longer than this test may take: only a waiting caller ends it.
  const untilNoticed = () => waiting.awaited(600_000)
  const noticed = untilNoticed()
  const first = waiting.for('a', 600_000)
  await noticed
  await untilNoticed()
  waiting.resolve('a', 1)
  expect(await first).toBe(1)
})
