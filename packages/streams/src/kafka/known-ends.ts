/** The ends of partitions as this process knows them from its writes, reads and earlier answers. */
export interface KnownEnds {
  /** Records exist, or existed, up to this offset. */
  reached(topic: string, partition: number, next: number): void
  /** Whether the outcome of a write to this partition is unknown. */
  doubt(topic: string, partition: number, isInDoubt: boolean): void
  /**
   * Returns the end that a leader reports. Throws EndInDoubtError while a sent write may still appear after it. Throws
   * OutdatedLeaderError if the known end is higher. If the leader repeats that for `staleLeaderMs`, the records are
   * lost, and the lower end is accepted.
   */
  checked(topic: string, partition: number, end: number): number
}

/**
 * A former leader that slept may not know yet that it was replaced, so it reports an end without newer records. A
 * caller that checks what it already sent would miss it there and send it twice.
 */
export class OutdatedLeaderError extends Error {
  override readonly name = 'OutdatedLeaderError'
}

/** A caller that checks what it already sent would miss the write, send it again, and so have it twice. */
export class EndInDoubtError extends Error {
  override readonly name = 'EndInDoubtError'
}

/** How long a lower end is not accepted. Longer than a client takes to learn of a new leader. */
export const staleLeaderMs = 5_000

interface Known {
  next: number
  /** When a lower end was first reported without contradiction since. */
  lowerEndSinceMs: number | undefined
  isInDoubt: boolean
}

export function createKnownEnds(nowMs: () => number = () => performance.now()): KnownEnds {
  const topics = new Map<string, Map<number, Known>>()

  function knownOf(topic: string, partition: number): Known {
    const partitions = topics.get(topic) ?? new Map<number, Known>()
    topics.set(topic, partitions)
    const known = partitions.get(partition) ?? { next: 0, lowerEndSinceMs: undefined, isInDoubt: false }
    partitions.set(partition, known)
    return known
  }

  return {
    reached(topic, partition, next) {
      const known = knownOf(topic, partition)
      if (next <= known.next) return
      known.next = next
      known.lowerEndSinceMs = undefined
    },
    doubt(topic, partition, isInDoubt) {
      knownOf(topic, partition).isInDoubt = isInDoubt
    },
    checked(topic, partition, end) {
      const known = knownOf(topic, partition)
      if (known.isInDoubt)
        throw new EndInDoubtError(`the outcome of an earlier write to partition ${partition} of ${topic} is still unknown`)
      if (end < known.next) {
        known.lowerEndSinceMs ??= nowMs()
        if (nowMs() - known.lowerEndSinceMs < staleLeaderMs)
          throw new OutdatedLeaderError(
            `partition ${partition} of ${topic} reportedly ends at ${end}, but was seen to end at ${known.next}`,
          )
      }
      known.next = end
      known.lowerEndSinceMs = undefined
      return end
    },
  }
}
