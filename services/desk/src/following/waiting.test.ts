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
  const noticed = timed(waiting.awaited(5_000))
  setTimeout(() => void waiting.for('a', 50), 20)
  expect(await noticed).toBeLessThan(1_000)
  expect(await timed(waiting.awaited(5_000))).toBeLessThan(1_000)
})
