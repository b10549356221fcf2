/** Items that arrive from the engine, and the callers that wait for them. */
export interface Arrivals<T> {
  add(item: T): void
  /** No item will arrive any more: rejects all callers, now and later, with this error. */
  fail(error: Error): void
  /**
   * Returns the first wanted item, including earlier ones. Throws if none arrives in time, with `what` in the message.
   */
  first(what: () => string, wanted: (item: T) => boolean): Promise<T>
}

/** The engine responds within milliseconds and checks deadlines each second. A slower machine cannot play the demo. */
const patienceMs = 8000

export function createArrivals<T>(): Arrivals<T> {
  const arrived: T[] = []
  const waiting = new Map<(item: T) => void, (error: Error) => void>()
  let failure: Error | undefined
  return {
    add(item) {
      arrived.push(item)
      for (const check of [...waiting.keys()]) check(item)
    },
    fail(error) {
      failure = error
      for (const reject of [...waiting.values()]) reject(error)
    },
    first(what, wanted) {
      const known = arrived.find(wanted)
      if (known !== undefined) return Promise.resolve(known)
      if (failure) return Promise.reject(failure)
      return new Promise((resolve, reject) => {
        const settle = (end: () => void) => {
          clearTimeout(timer)
          waiting.delete(check)
          end()
        }
        const check = (item: T) => {
          if (wanted(item)) settle(() => resolve(item))
        }
        const timedOut = () => reject(new Error(`${what()}: it did not arrive within ${patienceMs / 1000} s`))
        const timer = setTimeout(() => settle(timedOut), patienceMs)
        waiting.set(check, error => settle(() => reject(error)))
      })
    },
  }
}
