/**
 * The most signatures in Node's thread pool at once. Disk work there waits at most a millisecond. With less, each signature
 * waited for an event-loop turn, which separated requests that could share a commit.
 */
const runningMax = 16
const waiting: (() => void)[] = []
let running = 0

/** Runs signature work on the pool, so that a heavy user delays only itself. */
export async function runOnThreadPool<T>(work: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  if (running === runningMax) await new Promise<void>(resolve => void waiting.push(resolve))
  else running += 1
  try {
    return await new Promise<T>((resolve, reject) => work((error, result) => (error ? reject(error) : resolve(result))))
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
