/** A stage as its group sees it. */
export interface Member {
  readonly topics: ReadonlySet<string>
  /** Starts to work on the partition. */
  take(topic: string, partition: number): void
  /** Resolves when nothing of the member works on the partition any more. Never rejects. */
  release(topic: string, partition: number): Promise<void>
}

/** Shares the partitions of topics among the stages of one group in this process. */
export interface Group {
  /** Resolves when every partition has the owner that is its due. */
  join(member: Member): Promise<void>
  /** Resolves when the member works on nothing any more and the others have taken over. */
  leave(member: Member): Promise<void>
  hasMembers(): boolean
}

interface Seat {
  readonly topic: string
  readonly partition: number
  holder: Member | undefined
  /** Changes of one seat happen one after the other, so that a partition never has two owners. */
  changing: Promise<void>
}

export function createGroup(partitionsOf: (topic: string) => number): Group {
  const members = new Set<Member>()
  const seats = new Map<string, Seat[]>()

  function seatsOf(topic: string): Seat[] {
    let found = seats.get(topic)
    if (!found) {
      found = Array.from({ length: partitionsOf(topic) }, (_, partition) => ({
        topic,
        partition,
        holder: undefined,
        changing: Promise.resolve(),
      }))
      seats.set(topic, found)
    }
    return found
  }

  /** Partition n goes to the member n modulo their number: partition n of two topics has one owner, which stages that join topics build on. */
  function due({ topic, partition }: Seat): Member | undefined {
    const eligible = [...members].filter(member => member.topics.has(topic))
    return eligible[partition % eligible.length]
  }

  async function settle(seat: Seat): Promise<void> {
    if (seat.holder === due(seat)) return
    await seat.holder?.release(seat.topic, seat.partition)
    seat.holder = undefined
    // Asked again: who is due may have changed while the former owner finished.
    const next = due(seat)
    next?.take(seat.topic, seat.partition)
    seat.holder = next
  }

  async function share(topics: ReadonlySet<string>): Promise<void> {
    const changes: Promise<void>[] = []
    for (const topic of topics) {
      for (const seat of seatsOf(topic)) {
        const change = seat.changing.then(() => settle(seat))
        // Whoever asked for this change is told when it fails; the next one is tried all the same.
        seat.changing = change.catch(() => {})
        changes.push(change)
      }
    }
    await Promise.all(changes)
  }

  return {
    join(member) {
      members.add(member)
      return share(member.topics)
    },
    leave(member) {
      members.delete(member)
      return share(member.topics)
    },
    hasMembers: () => members.size > 0,
  }
}
