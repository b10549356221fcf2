/** Signatures that are verified in the process before sockets and timers have their turn: some 5 ms, half the slice that a document may take. One for each turn kept requests apart that could share a commit. Tokens are verified beside the work. */
const perTurnDefault = 16

/** Resolves when one more may be verified: so many at once, and the next ones after everything else of this thread has had its turn. */
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
