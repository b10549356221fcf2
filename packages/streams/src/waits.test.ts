import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isSettledWithin, unlessAborted, within } from './waits.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new Promise<string>(() => {})
const tooLate = () => new Error('too late')

test('a promise that settles in time keeps its outcome, and no timer remains', async () => {
  await expect(within(Promise.resolve('answer'), 100, tooLate)).resolves.toBe('answer')
  await expect(within(Promise.reject(new Error('refused')), 100, tooLate)).rejects.toThrow('refused')
  expect([await isSettledWithin(Promise.resolve(), 100), await isSettledWithin(Promise.reject(new Error('refused')), 100)]).toEqual([
    true,
    true,
  ])
  expect(vi.getTimerCount()).toBe(0)
})

test('a promise that is late is no longer awaited', async () => {
  const waits = Promise.allSettled([within(never, 100, tooLate), isSettledWithin(never, 100)])
  await vi.advanceTimersByTimeAsync(100)
  expect(await waits).toEqual([
    { status: 'rejected', reason: tooLate() },
    { status: 'fulfilled', value: false },
  ])
})

test('an abort ends the wait, also when the signal was aborted before', async () => {
  const aborting = new AbortController()
  const waits = unlessAborted(never, aborting.signal)
  await expect(unlessAborted(Promise.resolve('answer'), aborting.signal)).resolves.toBe('answer')
  aborting.abort(new Error('stopped'))
  await expect(waits).rejects.toThrow('stopped')
  await expect(unlessAborted(Promise.resolve('answer'), aborting.signal)).rejects.toThrow('stopped')
})
