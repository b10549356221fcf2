import { expect, test } from 'vitest'
import { createPageQueue } from './page-queue.ts'

/** Work that takes longer than one batch. */
const spin = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('a member with one query waits for one piece of work of another member, however many that one has', async () => {
  const turns = createPageQueue()
  const done: string[] = []
  const piece = (country: string) => () => {
    spin(2)
    done.push(country)
  }
  const loops = Array.from({ length: 100 }, () => turns.take('VU', piece('VU')))
  const before = done.length
  await turns.take('SG', piece('SG'))
  expect(done.slice(before)).toEqual(['VU', 'SG'])
  await Promise.all(loops)
  expect(done).toHaveLength(101)
})

test('the event loop continues between two pieces of work', async () => {
  const turns = createPageQueue()
  let others = 0
  let isDone = false
  const elsewhere = (async () => {
    while (!isDone) {
      await new Promise(setImmediate)
      others++
    }
  })()
  await Promise.all(Array.from({ length: 20 }, () => turns.take('VU', () => spin(2))))
  isDone = true
  await elsewhere
  expect(others).toBeGreaterThanOrEqual(19)
})

test('members run in rotation, each in its own order, and a failing piece of work affects no other', async () => {
  const turns = createPageQueue()
  await turns.take('d', () => spin(2))
  const done: string[] = []
  const works = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'].map(name => turns.take(name.slice(0, 1), () => done.push(name)))
  const failing = turns.take('b', () => {
    throw new Error('the disk')
  })
  await expect(failing).rejects.toThrow('the disk')
  await Promise.all(works)
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
})

test('a single piece of work runs at once, and the next one waits once the millisecond is used up', async () => {
  const turns = createPageQueue()
  const done: string[] = []
  void turns.take('VU', () => {
    spin(2)
    done.push('first')
  })
  void turns.take('VU', () => done.push('second'))
  expect(done).toEqual(['first'])
  await new Promise(setImmediate)
  expect(done).toEqual(['first', 'second'])
})
