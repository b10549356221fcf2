/** Work that takes turns: each begins when the one before has ended, well or not. */
export interface SerialQueue {
  /** Resolves or rejects as the work does. */
  take<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when nothing waits any more. */
  ended(): Promise<unknown>
}

export function createSerialQueue(): SerialQueue {
  let turn: Promise<unknown> = Promise.resolve()
  return {
    take(work) {
      const result = turn.then(work)
      turn = result.catch(() => undefined)
      return result
    },
    ended: () => turn,
  }
}
