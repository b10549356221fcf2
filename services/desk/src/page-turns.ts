/** Who reads a page at a time, by turns. */
export interface PageTurns {
  /** Does a piece of work when it is the member's turn. */
  do(country: string, work: () => void): void
  /** Resolves when it is the member's turn; what follows before the next await is its piece of work. */
  of(country: string): Promise<void>
}

/**
 * Gives each member with work to do its turn, one after the other, and lets the event loop have everything else between two turns. So who has a hundred exports
 * running, or twenty loops of long lists, waits for itself: a member with one question waits for at most one piece of each other's, a few milliseconds.
 */
export function createPageTurns(): PageTurns {
  const waiting = new Map<string, Array<() => void>>()
  let isScheduled = false

  function schedule(): void {
    if (isScheduled || waiting.size === 0) return
    isScheduled = true
    setImmediate(takeTurn)
  }

  function takeTurn(): void {
    isScheduled = false
    for (const [country, works] of waiting) {
      const work = works.shift()
      // At the end of the row again, behind everybody else.
      waiting.delete(country)
      if (works.length > 0) waiting.set(country, works)
      schedule()
      return work?.()
    }
  }

  const turns: PageTurns = {
    do(country, work) {
      const works = waiting.get(country)
      if (works) works.push(work)
      else waiting.set(country, [work])
      schedule()
    },
    of: country => new Promise(resolve => turns.do(country, resolve)),
  }
  return turns
}
