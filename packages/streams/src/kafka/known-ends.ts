/** How far partitions reach by what this process has written to them, read of them and been told of them. */
export interface KnownEnds {
  /** Up to this offset there are records, or there were. */
  reached(topic: string, partition: number, next: number): void
  /** Whether this process has sent the partition something of which nobody has told it whether it is written. */
  doubt(topic: string, partition: number, isInDoubt: boolean): void
  /**
   * Gives back the end that a leader tells. Throws EndInDoubtError while what was sent may be written behind it, and OutdatedLeaderError where the partition reaches further than that, until it has been told so for `disbeliefMs`: then the records are
   * lost, and what this process knows of the partition is forgotten.
   */
  checked(topic: string, partition: number, end: number): number
}

/**
 * A broker that the others no longer take for the leader may not know it yet, as it was asleep, and tells an end that lacks what has been written since. Who looks for what was sent already
 * would not find it, and send it again.
 */
export class OutdatedLeaderError extends Error {
  override readonly name = 'OutdatedLeaderError'
}

/** Who looks for what was sent already would not find it, and send it again, before it is written after all. */
export class EndInDoubtError extends Error {
  override readonly name = 'EndInDoubtError'
}

/** So long a broker is not believed: longer than one takes to hear that another one leads, and to be asked no more. */
export const disbeliefMs = 5_000

interface Known {
  next: number
  /** When less than that was told first, of what has not been contradicted since. */
  disbelievedSinceMs: number | undefined
  isInDoubt: boolean
}

export function createKnownEnds(nowMs: () => number = () => performance.now()): KnownEnds {
  const topics = new Map<string, Map<number, Known>>()

  function knownOf(topic: string, partition: number): Known {
    const partitions = topics.get(topic) ?? new Map<number, Known>()
    topics.set(topic, partitions)
    const known = partitions.get(partition) ?? { next: 0, disbelievedSinceMs: undefined, isInDoubt: false }
    partitions.set(partition, known)
    return known
  }

  return {
    reached(topic, partition, next) {
      const known = knownOf(topic, partition)
      if (next <= known.next) return
      known.next = next
      known.disbelievedSinceMs = undefined
    },
    doubt(topic, partition, isInDoubt) {
      knownOf(topic, partition).isInDoubt = isInDoubt
    },
    checked(topic, partition, end) {
      const known = knownOf(topic, partition)
      if (known.isInDoubt)
        throw new EndInDoubtError(`whether what partition ${partition} of ${topic} was given is written is not known yet`)
      if (end < known.next) {
        known.disbelievedSinceMs ??= nowMs()
        if (nowMs() - known.disbelievedSinceMs < disbeliefMs)
          throw new OutdatedLeaderError(
            `partition ${partition} of ${topic} is said to end at ${end}, and has been seen to reach to ${known.next}`,
          )
      }
      known.next = end
      known.disbelievedSinceMs = undefined
      return end
    },
  }
}
