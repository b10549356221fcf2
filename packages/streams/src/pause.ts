/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Lets timers and sockets run: a chain of resolved promises would starve them. */
export const yieldToEventLoop = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

export interface BackOff {
  /** How long to wait before the next try, in milliseconds. */
  next(): number
  reset(): void
}

/**
 * Doubles from `firstMs` to `mostMs`. Each step is shortened by up to a fifth, so that clients which failed together do
 * not retry together.
 */
export function createBackOff(firstMs = 100, mostMs = 5_000, random: () => number = Math.random): BackOff {
  let ms = firstMs
  return {
    next() {
      const now = ms
      ms = Math.min(ms * 2, mostMs)
      return now * (0.8 + 0.2 * random())
    },
    reset() {
      ms = firstMs
    },
  }
}
