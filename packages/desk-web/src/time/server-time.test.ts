import { afterEach, expect, test, vi } from 'vitest'
import { serverNowMs, serverTimeIsPast, setServerTime } from './server-time.ts'

afterEach(() => void vi.useRealTimers())
const now = () => new Date(serverNowMs()).toISOString()

test('the time is the engine’s, and advances from there', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T08:00:00Z') })
  setServerTime('2024-07-23T02:25:00.000Z')
  vi.advanceTimersByTime(5_000)
  expect(now()).toBe('2024-07-23T02:25:05.000Z')
})

test('a fact is never in the future: a demonstration clock that jumps moves the time forward, and older facts change nothing', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T08:00:00Z') })
  setServerTime('2024-07-23T02:25:00.000Z')
  serverTimeIsPast('2024-07-24T02:25:00.000Z')
  expect(now()).toBe('2024-07-24T02:25:00.000Z')
  serverTimeIsPast('2024-07-23T02:25:00.000Z')
  expect(now()).toBe('2024-07-24T02:25:00.000Z')
})
