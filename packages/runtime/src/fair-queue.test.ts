import { expect, test } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

/** Works for longer than a slice, so that each next one has to wait for its turn. */
const work = () => {
  const until = performance.now() + 2
  while (performance.now() < until);
}

/** The same for processor time, however busy the machine is. */
const workByProcessor = () => {
  const { user, system } = process.threadCpuUsage()
  for (let spent = 0; spent < 2_000; ) {
    const now = process.threadCpuUsage()
    spent = now.user + now.system - user - system
  }
}

test('a principal with one task waits for one task of each other principal, however many they have', async () => {
  const turns = createFairQueue(1)
  const done: string[] = []
  const take = async (who: string) => {
    await turns.next(who)
    work()
    done.push(who)
  }
  await Promise.all([...Array.from({ length: 10 }, () => take('KE')), ...Array.from({ length: 10 }, () => take('NG')), take('TL')])
  expect(done.indexOf('TL')).toBeLessThanOrEqual(3)
  expect(done).toHaveLength(21)
})

test('a principal with long tasks gets no more time than one with short tasks', async () => {
  const turns = createFairQueue(1)
  const done = { KE: 0, TL: 0 }
  let longWhenShortAreDone: number | undefined
  const take = async (who: 'KE' | 'TL', pieces: number) => {
    await turns.next(who)
    for (let n = 0; n < pieces; n++) workByProcessor()
    done[who]++
    if (done.TL === 30) longWhenShortAreDone ??= done.KE
  }
  await Promise.all([...Array.from({ length: 20 }, () => take('KE', 5)), ...Array.from({ length: 30 }, () => take('TL', 1))])
  // Six take as long as thirty short ones. In simple rotation it would be all twenty.
  expect(longWhenShortAreDone).toBeLessThanOrEqual(10)
})

test('the tasks of one principal stay in order', async () => {
  const turns = createFairQueue(1)
  const done: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      await turns.next(n % 2 === 0 ? 'KE' : 'TL')
      work()
      done.push(n)
    }),
  )
  for (const parity of [0, 1]) {
    const own = done.filter(n => n % 2 === parity)
    expect(own).toEqual(own.toSorted((a, b) => a - b))
  }
})

test('timers and sockets run while a principal keeps working', async () => {
  const turns = createFairQueue(1)
  let isDone = false
  let looks = 0
  const looking = setInterval(() => looks++, 1)
  for (let n = 0; n < 20; n++) {
    await turns.next('KE')
    work()
  }
  isDone = true
  clearInterval(looking)
  expect([isDone, looks > 5]).toEqual([true, true])
})

test('short tasks run in the same slice, whatever else each round of the event loop does', async () => {
  const turns = createFairQueue(1_000)
  let rounds = 0
  const round = () => {
    rounds++
    looking = setImmediate(round)
  }
  let looking = setImmediate(round)
  await Promise.all(Array.from({ length: 100 }, (_, n) => turns.next(n % 2 === 0 ? 'KE' : 'TL')))
  clearImmediate(looking)
  expect(rounds).toBeLessThan(5)
})
