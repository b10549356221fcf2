/** Whose turn it is to work on this thread. Somebody with ten thousand documents has one in so many turns as there are others, and sockets and timers have theirs between. */
export interface FairTurns {
  /** Resolves when it is the turn of who asks: now, where nobody else waits and the present slice is not used up. What follows should work on one document and not wait. */
  next(who: string): Promise<void>
}

/** A bank's largest message takes some 20 ms to read, most of them 2, and an answer in JSON 0.05. Nobody notices a pause of this length; shorter ones gave others little, and cost who is in turn a lot. */
const sliceMsDefault = 10

export function createFairTurns(sliceMs = sliceMsDefault): FairTurns {
  /** First come, first served for each; a map keeps the order in which they are asked, and who has had a turn goes to its end. */
  const waiting = new Map<string, Array<() => void>>()
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

  /** Those who wait follow each other within a slice: one for each round of the loop would make all of them wait for whatever else is done in that round. */
  function giveNext(): void {
    const [first] = waiting
    if (!first) return
    const [who, queue] = first
    waiting.delete(who)
    const go = queue.shift()
    if (queue.length > 0) waiting.set(who, queue)
    go?.()
    if (waiting.size === 0) return
    // A tick from a microtask comes when no microtask is left: when who has just been given a turn has done all that it does without waiting.
    queueMicrotask(() => process.nextTick(() => (performance.now() < sliceEndsAt ? giveNext() : schedule())))
  }

  return {
    next(who) {
      if (waiting.size === 0 && performance.now() < sliceEndsAt) return Promise.resolve()
      return new Promise(resolve => {
        const queue = waiting.get(who)
        if (queue) queue.push(resolve)
        else waiting.set(who, [resolve])
        schedule()
      })
    },
  }
}
