/**
 * The most signatures verified before sockets and timers run again: about 5 ms, half the slice of a document. With one
 * at a time, requests that could share a commit were split. Tokens are verified on other threads.
 */
const perTurnDefault = 16

/** Resolves when one more signature may be verified. After a full batch, the rest of this thread runs first. */
export function createVerificationQueue(perTurn = perTurnDefault): () => Promise<void> {
  const waiting: Array<() => void> = []
  let left = perTurn
  let isScheduled = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      const going = waiting.splice(0, perTurn)
      left = perTurn - going.length
      for (const go of going) go()
      if (going.length > 0) schedule()
    })
  }

  return () => {
    schedule()
    if (waiting.length > 0 || left === 0) return new Promise(resolve => void waiting.push(resolve))
    left--
    return Promise.resolve()
  }
}
