/**
 * Shares this thread fairly: the principal that has used the least time is next, with time for sockets and timers in
 * between.
 */
export interface FairQueue {
  /**
   * Resolves when it is the caller's turn: at once if no other waits and the current slice is not used up. The work
   * after it should handle one document without waiting; its time is charged to the caller.
   */
  next(who: string): Promise<void>
}

/**
 * The length of a slice. A bank's largest message takes about 20 ms to parse, most take 2, a JSON answer 0.05. A pause
 * of 10 ms is unnoticeable; shorter slices cost the active principal much and gave others little.
 */
const sliceMsDefault = 10

/** The processor time of this thread. Time of other processes on a busy machine is not charged. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

export function createFairQueue(sliceMs = sliceMsDefault): FairQueue {
  /** Each principal's work is first come, first served. Of principals with equal use, the longest waiting is first. */
  const waiting = new Map<string, Array<() => void>>()
  /**
   * Processor milliseconds since the queue was last empty. A newcomer starts with the value of the active principal, so
   * that idle time is not saved up.
   */
  const usedMs = new Map<string, number>()
  let reachedMs = 0
  let sliceEndsAt = Number.NEGATIVE_INFINITY
  let isScheduled = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(grant)
  }

  function grant(): void {
    isScheduled = false
    sliceEndsAt = performance.now() + sliceMs
    giveNext()
  }

  const usedBy = (who: string): number => usedMs.get(who) ?? reachedMs

  function leastUsed(): string | undefined {
    let least: string | undefined
    for (const who of waiting.keys()) if (least === undefined || usedBy(who) < usedBy(least)) least = who
    return least
  }

  /**
   * Waiting principals follow each other within a slice: one for each round of the event loop would delay all of them
   * by the other work of the round.
   */
  function giveNext(): void {
    const who = leastUsed()
    const queue = who === undefined ? undefined : waiting.get(who)
    if (who === undefined || !queue) return
    waiting.delete(who)
    reachedMs = usedBy(who)
    const go = queue.shift()
    if (queue.length > 0) waiting.set(who, queue)
    const beganMs = threadMs()
    go?.()
    // This tick runs when no microtask is left: when the active principal has finished its synchronous work.
    queueMicrotask(() => process.nextTick(() => endTurn(who, threadMs() - beganMs)))
  }

  function endTurn(who: string, tookMs: number): void {
    if (waiting.size === 0) {
      usedMs.clear()
      return
    }
    usedMs.set(who, usedBy(who) + tookMs)
    if (performance.now() < sliceEndsAt) giveNext()
    else schedule()
  }

  return {
    next(who) {
      if (waiting.size === 0 && performance.now() < sliceEndsAt) return Promise.resolve()
      return new Promise(resolve => {
        const queue = waiting.get(who)
        if (queue) queue.push(resolve)
        else {
          usedMs.set(who, Math.max(usedBy(who), reachedMs))
          waiting.set(who, [resolve])
        }
        schedule()
      })
    },
  }
}
