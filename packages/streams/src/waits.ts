/** Rejects with `tooLate()` when the promise has not settled in time. What it does goes on, unheard. */
export function within<T>(promise: Promise<T>, ms: number, tooLate: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whether it settles in time, well or not. What it does goes on, unheard. */
export const isSettledWithin = (work: Promise<unknown>, ms: number): Promise<boolean> =>
  within(
    work.then(
      () => true,
      () => true,
    ),
    ms,
    () => new Error('not in time'),
  ).catch(() => false)

/** Rejects with the reason of the signal once that aborts. What the promise does goes on, unheard. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return Promise.race([aborted.promise, promise]).finally(() => signal.removeEventListener('abort', abort))
}
