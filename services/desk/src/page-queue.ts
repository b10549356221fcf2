/** Who reads a page at a time, by turns. */
export interface PageQueue {
  /** Does a piece of work, which waits for nothing, when it is the member's turn. */
  take<T>(country: string, work: () => T): Promise<T>
}

/** What is less than this is done with the next piece in one go, as a turn of the event loop costs some 50 µs itself. */
const goMs = 1

/**
 * Gives each member with work to do its turn, one after the other, and lets the event loop have everything else after a millisecond. So who has a hundred exports
 * running, or twenty loops of long lists, waits for itself: a member with one question waits for at most one piece of each other's, a few milliseconds.
 * Work runs at once where no other work waits and the millisecond is not used up: under load a round of the event loop takes 10 to 20 ms.
 */
export function createPageQueue(): PageQueue {
  const waiting = new Map<string, Array<() => void>>()
  /** What was used of this round of the event loop, in milliseconds. */
  let usedMs = 0
  let isScheduled = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(go)
  }

  function go(): void {
    isScheduled = false
    usedMs = 0
    // A member that has had its turn goes to the end of the row, which this loop comes to as well.
    for (const [country, works] of waiting) {
      const work = works.shift()
      waiting.delete(country)
      if (works.length > 0) waiting.set(country, works)
      if (work) use(work)
      if (usedMs >= goMs) break
    }
    if (waiting.size > 0) schedule()
  }

  function use(work: () => void): void {
    const startedMs = performance.now()
    work()
    usedMs += performance.now() - startedMs
    schedule()
  }

  return {
    take: (country, work) =>
      new Promise((resolve, reject) => {
        const item = () => {
          try {
            resolve(work())
          } catch (error) {
            reject(error)
          }
        }
        const works = waiting.get(country)
        if (works) works.push(item)
        else if (waiting.size === 0 && usedMs < goMs) use(item)
        else {
          waiting.set(country, [item])
          schedule()
        }
      }),
  }
}
