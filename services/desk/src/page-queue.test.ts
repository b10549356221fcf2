import { expect, test } from 'vitest'
import { createPageQueue } from './page-queue.ts'

/** Work that takes longer than what is done in one go. */
const spin = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('a member with one question waits for one piece of another one, however many that has asked for', async () => {
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

test('everything else has its turn between two pieces', async () => {
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

test('members take turns one by one, each in the order in which it asked, and a piece that fails fails alone', async () => {
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

test('a single piece is done at once, and the next only in the next round once the millisecond is used up', async () => {
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
