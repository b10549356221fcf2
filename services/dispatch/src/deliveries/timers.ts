/** Runs functions later. A dependency like the clock, so that tests need not wait. */
export interface Timers {
  /** Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void
}

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms`, or at once when the signal aborts. */
export async function pauseOf(ms: number, timers: Timers, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = timers.after(ms, resolve)
  const stop = () => resolve()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  await promise
  cancel()
  signal.removeEventListener('abort', stop)
}
