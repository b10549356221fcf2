/** Runs work one at a time, in order. A failure does not stop the next. */
export interface SerialQueue {
  /** Settles as the work does. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when the queue is empty. */
  ended(): Promise<unknown>
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(work) {
      const result = last.then(work)
      last = result.catch(() => undefined)
      return result
    },
    ended: () => last,
  }
}
