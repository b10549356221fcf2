import { expect, test } from 'vitest'
import { createWaiting } from './waiting.ts'

const timed = async (work: Promise<unknown>): Promise<number> => {
  const begunMs = performance.now()
  await work
  return performance.now() - begunMs
}

test('who waits is told of what comes under the name, and of nothing when it does not come in time', async () => {
  const waiting = createWaiting<number>()
  const [first, second, late] = [waiting.for('a', 1_000), waiting.for('a', 1_000), waiting.for('b', 20)]
  waiting.tell('a', 1)
  waiting.tell('a', 2)
  expect(await Promise.all([first, second, late])).toEqual([1, 1, undefined])
})

test('somebody who begins to wait is noticed at once, and one who waits already', async () => {
  const waiting = createWaiting<number>()
  expect(await timed(waiting.awaited(60))).toBeGreaterThan(50)
  // Longer than this test may take: only a caller who waits ends it.
  const untilNoticed = () => waiting.awaited(600_000)
  const noticed = untilNoticed()
  const first = waiting.for('a', 600_000)
  await noticed
  await untilNoticed()
  waiting.tell('a', 1)
  expect(await first).toBe(1)
})
