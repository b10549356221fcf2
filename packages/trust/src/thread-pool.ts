/** So much is given to Node's pool of threads at once: what waits for the disk there waits a millisecond for it at most. With less, each waited for a turn of the event loop, and requests were kept apart that could share a commit. */
const besideMax = 16
const waiting: (() => void)[] = []
let beside = 0

/** Work with signatures by a thread of the pool, so that whoever makes much of it holds up nobody but himself. */
export async function runOnThreadPool<T>(work: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  if (beside === besideMax) await new Promise<void>(resolve => void waiting.push(resolve))
  else beside += 1
  try {
    return await new Promise<T>((resolve, reject) => work((error, result) => (error ? reject(error) : resolve(result))))
  } finally {
    const next = waiting.shift()
    if (next) next()
    else beside -= 1
  }
}
