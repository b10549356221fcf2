import { startTransition } from 'react'

const listeners = new Map<number, { readonly calls: Set<() => void>; readonly timer: ReturnType<typeof setInterval> }>()

/**
 * Calls at each tick of a span in milliseconds, until what it returns is called. All that count by the same span are called in one turn of one timer,
 * so that a list of clocks is drawn once for each tick, and not once for each clock.
 */
export function onTick(spanMs: number, call: () => void): () => void {
  let known = listeners.get(spanMs)
  if (!known) {
    const calls = new Set<() => void>()
    // What somebody does comes first.
    const tick = (): void => {
      for (const each of calls) each()
    }
    const timer = setInterval(() => startTransition(tick), spanMs)
    known = { calls, timer }
    listeners.set(spanMs, known)
  }
  const { calls, timer } = known
  calls.add(call)
  return () => {
    calls.delete(call)
    if (calls.size > 0) return
    clearInterval(timer)
    listeners.delete(spanMs)
  }
}
