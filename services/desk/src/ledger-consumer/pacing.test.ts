import type { StreamRecord } from '@holdfast/streams'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPacedWriting } from './pacing.ts'
import { createWaiting } from './waiting.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const record = (): StreamRecord => ({
  topic: 'ledger',
  partition: 0,
  offset: 0,
  key: 'k',
  value: '',
  headers: {},
  timestampMs: Date.now(),
})

/** Writes as if on a worker thread, and records the start of each write in milliseconds from the start. */
function startWriting() {
  const startedMs = performance.now()
  const waiting = createWaiting<number>()
  const writtenMs: number[] = []
  let last = Promise.resolve()
  const paced = createPacedWriting({
    views: { writesInWorker: true },
    turns: {
      run: work => {
        const turn = last.then(work)
        last = turn.then(() => undefined)
        return turn
      },
    },
    clock: { now: () => new Date() },
    awaited: waiting.awaited,
  })
  const write = (count: number) =>
    paced(Array.from({ length: count }, record), async () => void writtenMs.push(Math.round(performance.now() - startedMs)))
  return { waiting, writtenMs, write }
}

test('after a write of 20 records a worker thread rests for a tenth of a second', async () => {
  const { writtenMs, write } = startWriting()
  for (let round = 0; round < 3; round++) {
    void write(20)
    await vi.advanceTimersByTimeAsync(15)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(writtenMs).toEqual([0, 100, 200])
})

test('a caller who waits for a record ends the rest at once', async () => {
  const { waiting, writtenMs, write } = startWriting()
  void write(20)
  await vi.advanceTimersByTimeAsync(10)
  void write(20)
  await vi.advanceTimersByTimeAsync(10)
  expect(writtenMs).toEqual([0])
  void waiting.for('a', 5_000)
  await vi.advanceTimersByTimeAsync(0)
  expect(writtenMs).toEqual([0, 20])
})

test('few records are written without a rest', async () => {
  const { writtenMs, write } = startWriting()
  for (let round = 0; round < 3; round++) {
    void write(8)
    await vi.advanceTimersByTimeAsync(15)
  }
  expect(writtenMs).toEqual([0, 15, 30])
})
