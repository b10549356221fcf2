/** Who reads a page at a time, by turns. */
export interface PageTurns {
  /** Does a piece of work, which waits for nothing, when it is the member's turn. */
  take<T>(country: string, work: () => T): Promise<T>
}

/** What is less than this is done with the next piece in one go, as a turn of the event loop costs some 50 µs itself. */
const goMs = 1

/**
 * Gives each member with work to do its turn, one after the other, and lets the event loop have everything else after a millisecond. So who has a hundred exports
 * running, or twenty loops of long lists, waits for itself: a member with one question waits for at most one piece of each other's, a few milliseconds.
 */
export function createPageTurns(): PageTurns {
  const waiting = new Map<string, Array<() => void>>()
  let isScheduled = false

  function schedule(): void {
    if (isScheduled || waiting.size === 0) return
    isScheduled = true
    setImmediate(go)
  }

  function go(): void {
    isScheduled = false
    const startedMs = performance.now()
    // A member that has had its turn goes to the end of the row, which this loop comes to as well.
    for (const [country, works] of waiting) {
      const work = works.shift()
      waiting.delete(country)
      if (works.length > 0) waiting.set(country, works)
      work?.()
      if (performance.now() - startedMs >= goMs) break
    }
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
        else waiting.set(country, [item])
        schedule()
      }),
  }
}
