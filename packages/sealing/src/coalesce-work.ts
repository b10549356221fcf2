/**
 * Work for all who ask for it while it has not begun: each is told of one that began after it asked, one after the other.
 */
export function coalesceWork(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= underWay.then(() => {
      next = undefined
      const done = work()
      underWay = done.catch(() => undefined)
      return done
    })
    return next
  }
}
