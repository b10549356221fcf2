/**
 * Runs work once for all callers that arrive before it starts. Each caller gets a run that started after its call; runs
 * do not overlap.
 */
export function coalesceWork(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= current.then(() => {
      next = undefined
      const done = work()
      current = done.catch(() => undefined)
      return done
    })
    return next
  }
}
