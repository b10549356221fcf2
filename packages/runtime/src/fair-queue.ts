/** Whose turn it is to work on this thread. Who has used the least time of it is next, and sockets and timers have their time between. */
export interface FairQueue {
  /** Resolves when it is the turn of who asks: now, where nobody else waits and the present slice is not used up. What follows should work on one document and not wait; its time is charged to who asked. */
  next(who: string): Promise<void>
}

/** A bank's largest message takes some 20 ms to read, most of them 2, and an answer in JSON 0.05. Nobody notices a pause of this length; shorter ones gave others little, and cost who is in turn a lot. */
const sliceMsDefault = 10

/** What this thread has had of a processor: other processes of a busy machine are nobody's time here. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

export function createFairQueue(sliceMs = sliceMsDefault): FairQueue {
  /** First come, first served for each; of those who have used as much, who has waited longest is first. */
  const waiting = new Map<string, Array<() => void>>()
  /** Processor milliseconds since somebody last had to wait. Who comes new begins with what the one in turn has, so that a pause saves up no time. */
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

  /** Those who wait follow each other within a slice: one for each round of the loop would make all of them wait for whatever else is done in that round. */
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
    // A tick from a microtask comes when no microtask is left: when who has just been given a turn has done all that it does without waiting.
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
