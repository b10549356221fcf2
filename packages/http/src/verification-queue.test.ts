import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createVerificationQueue } from './verification-queue.ts'

test('a limited number of signatures is verified in one turn, in order, and the others after it', async () => {
  const next = createVerificationQueue(4)
  const done: number[] = []
  const all = Array.from({ length: 10 }, (_, n) => next().then(() => done.push(n)))
  const seen: number[] = []
  while (done.length < 10) {
    await Promise.resolve()
    seen.push(done.length)
    await turn()
  }
  await Promise.all(all)
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(Math.max(...seen.map((count, n) => count - (seen[n - 1] ?? 0)))).toBeLessThanOrEqual(4)
  await turn()
  await next()
})
