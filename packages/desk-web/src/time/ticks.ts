import { startTransition } from 'react'

const listeners = new Map<number, { readonly calls: Set<() => void>; readonly timer: ReturnType<typeof setInterval> }>()

/**
 * Calls a listener at each tick of an interval in milliseconds. Returns a function that stops it. All listeners of one
 * interval are called in one turn of one timer, so that a list of clocks renders once per tick.
 */
export function onTick(spanMs: number, call: () => void): () => void {
  let known = listeners.get(spanMs)
  if (!known) {
    const calls = new Set<() => void>()
    // User input comes first.
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
