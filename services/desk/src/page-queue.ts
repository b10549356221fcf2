/** A fair queue of members that read pages. */
export interface PageQueue {
  /** Runs synchronous work in the member's turn. */
  take<T>(country: string, work: () => T): Promise<T>
}

/** Work is batched up to this time, because an event-loop turn costs about 50 µs itself. */
const batchMs = 1

/**
 * A fair queue: runs one piece of work per member in rotation, and lets the event loop continue after a millisecond. A
 * member with a hundred exports therefore waits for itself. A member with one query waits for at most one piece of each
 * other member, a few milliseconds. Work runs at once if no other work waits and the millisecond is not used up: under
 * load an event-loop turn takes 10 to 20 ms.
 */
export function createPageQueue(): PageQueue {
  const waiting = new Map<string, Array<() => void>>()
  /** Time used in this event-loop turn, in milliseconds. */
  let usedMs = 0
  let isScheduled = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(runBatch)
  }

  function runBatch(): void {
    isScheduled = false
    usedMs = 0
    // A member with more work moves to the end of the map, which this loop also reaches.
    for (const [country, works] of waiting) {
      const work = works.shift()
      waiting.delete(country)
      if (works.length > 0) waiting.set(country, works)
      if (work) measure(work)
      if (usedMs >= batchMs) break
    }
    if (waiting.size > 0) schedule()
  }

  function measure(work: () => void): void {
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
        else if (waiting.size === 0 && usedMs < batchMs) measure(item)
        else {
          waiting.set(country, [item])
          schedule()
        }
      }),
  }
}
