/** Things that arrive from the engine, and who waits for one of them. */
export interface Arrivals<T> {
  add(item: T): void
  /** Nothing will arrive any more: whoever waits, now or later, is told why. */
  fail(error: Error): void
  /** The first item that is wanted, one that came before included. Throws when none comes in time; `what` says what was waited for. */
  first(what: () => string, wanted: (item: T) => boolean): Promise<T>
}

/** The engine answers within milliseconds, and its clock looks at deadlines each second; a machine that is this slow can't play the demo. */
const patienceMs = 8000

export function createArrivals<T>(): Arrivals<T> {
  const arrived: T[] = []
  const waiting = new Map<(item: T) => void, (error: Error) => void>()
  let failure: Error | undefined
  return {
    add(item) {
      arrived.push(item)
      for (const look of [...waiting.keys()]) look(item)
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
          waiting.delete(look)
          end()
        }
        const look = (item: T) => {
          if (wanted(item)) settle(() => resolve(item))
        }
        const late = () => reject(new Error(`${what()}: it did not come within ${patienceMs / 1000} s`))
        const timer = setTimeout(() => settle(late), patienceMs)
        waiting.set(look, error => settle(() => reject(error)))
      })
    },
  }
}
