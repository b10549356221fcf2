/** Rejects with `tooLate()` if the promise does not settle in time. The work continues; its result is ignored. */
export function within<T>(promise: Promise<T>, ms: number, tooLate: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whether the work settles in time, fulfilled or rejected. The work continues. */
export const isSettledWithin = (work: Promise<unknown>, ms: number): Promise<boolean> =>
  within(
    work.then(
      () => true,
      () => true,
    ),
    ms,
    () => new Error('not in time'),
  ).catch(() => false)

/** Rejects with the signal's reason once it aborts. The work continues; its result is ignored. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return Promise.race([aborted.promise, promise]).finally(() => signal.removeEventListener('abort', abort))
}
