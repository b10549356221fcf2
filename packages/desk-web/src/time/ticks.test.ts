import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onTick } from './ticks.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('all listeners of an interval are called in the same turn, and none after it has stopped', () => {
  const called: string[] = []
  const stopFirst = onTick(1_000, () => called.push(`first at ${performance.now() - began}`))
  const began = performance.now()
  vi.advanceTimersByTime(600)
  const stopSecond = onTick(1_000, () => called.push(`second at ${performance.now() - began}`))
  const stopSlow = onTick(30_000, () => called.push('slow'))
  vi.advanceTimersByTime(400)
  expect(called).toEqual(['first at 1000', 'second at 1000'])
  stopFirst()
  vi.advanceTimersByTime(1_000)
  expect(called.slice(2)).toEqual(['second at 2000'])
  expect(vi.getTimerCount()).toBe(2)
  stopSecond()
  stopSlow()
  expect(vi.getTimerCount()).toBe(0)
})

test('a listener that stops another one stops it at once', () => {
  const called: string[] = []
  const stopFirst = onTick(1_000, () => {
    called.push('first')
    stopSecond()
  })
  const stopSecond = onTick(1_000, () => called.push('second'))
  vi.advanceTimersByTime(2_000)
  expect(called).toEqual(['first', 'first'])
  stopFirst()
  stopSecond()
  expect(vi.getTimerCount()).toBe(0)
})
