import { afterEach, expect, test, vi } from 'vitest'
import { serverNowMs, serverTimeIsPast, setServerTime } from './server-time.ts'

afterEach(() => void vi.useRealTimers())
const now = () => new Date(serverNowMs()).toISOString()

test('it is as late as the engine says, and goes on from there', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T08:00:00Z') })
  setServerTime('2024-07-23T02:25:00.000Z')
  vi.advanceTimersByTime(5_000)
  expect(now()).toBe('2024-07-23T02:25:05.000Z')
})

test('what happens there is never ahead of it: a story that leaps takes the reader along, and what is older changes nothing', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T08:00:00Z') })
  setServerTime('2024-07-23T02:25:00.000Z')
  serverTimeIsPast('2024-07-24T02:25:00.000Z')
  expect(now()).toBe('2024-07-24T02:25:00.000Z')
  serverTimeIsPast('2024-07-23T02:25:00.000Z')
  expect(now()).toBe('2024-07-24T02:25:00.000Z')
})
