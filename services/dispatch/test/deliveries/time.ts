import type { Clock } from '@holdfast/runtime'
import type { Timers } from '../../src/deliveries/timers.ts'

/** A clock and timers that advance only on command. */
export interface TestTime {
  readonly clock: Clock
  readonly timers: Timers
  /** Advances the time. Each timer runs at its own instant, and its consequences run before the next timer. */
  pass(ms: number): Promise<void>
}

export function createTestTime(start = '2024-07-23T02:25:00Z'): TestTime {
  let nowMs = Date.parse(start)
  const waiting = new Set<{ atMs: number; run: () => void }>()
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  return {
    clock: { now: () => new Date(nowMs) },
    timers: {
      after(ms, run) {
        const timer = { atMs: nowMs + ms, run }
        waiting.add(timer)
        return () => void waiting.delete(timer)
      },
    },
    async pass(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (;;) {
        const [next] = [...waiting].sort((a, b) => a.atMs - b.atMs)
        if (!next || next.atMs > untilMs) break
        waiting.delete(next)
        nowMs = Math.max(nowMs, next.atMs)
        next.run()
        await settle()
      }
      nowMs = untilMs
    },
  }
}
