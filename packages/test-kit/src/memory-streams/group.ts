import type { LogPosition, MemoryPartition } from './partition.ts'

/** That a member has a partition, from when it was given to it until it is given away. */
export interface Tenure {
  readonly topic: string
  readonly partition: number
}

/** A stage from when it joins its group to when it leaves it or is taken for dead; who joins again is another one. */
export interface Member {
  readonly topics: ReadonlySet<string>
  /** It is this member's from now on. */
  take(tenure: Tenure): void
  /** It is due to another, who gets it when this member calls `vacate`. */
  release(tenure: Tenure): void
  /** The member learns that it has been none for a while. */
  tellExpelled(): void
}

/** Who commits or joins has been taken for dead, or has given the partition away. */
class NoMemberError extends Error {
  override readonly name = 'NoMemberError'
}

/** The coordinator of one group. All of it is done at once; members hear of it at once, too. */
export interface MemoryGroup {
  /** Joining twice is joining once. Throws for a member that is gone. */
  join(member: Member): void
  /** These members are gone: what they had goes to the others at once, and what they commit is refused. */
  remove(leaving: readonly Member[]): void
  vacate(tenure: Tenure): void
  /** Takes all of them or, where one is refused, none. */
  commit(positions: readonly (readonly [Tenure, LogPosition])[]): void
  hasMembers(): boolean
  /** Where to go on, as far as that still is what was worked on; the start for who has no position. */
  start(tenure: Tenure): LogPosition
  position(topic: string, partition: number): number | undefined
  setPosition(topic: string, partition: number, offset: number): void
}

interface Seat extends Tenure {
  holder: Member | undefined
  tenure: Tenure | undefined
  isLeaving: boolean
}

export function createMemoryGroup(name: string, partitionsOf: (topic: string) => readonly MemoryPartition[]): MemoryGroup {
  const members = new Set<Member>()
  const gone = new WeakSet<Member>()
  const seats = new Map<string, Seat[]>()
  const positions = new Map<string, LogPosition>()
  const keyOf = ({ topic, partition }: Tenure): string => `${topic}\n${partition}`

  function partitionOf(topic: string, partition: number): MemoryPartition {
    const found = partitionsOf(topic)[partition]
    if (!found) throw new Error(`topic ${topic} has no partition ${partition}`)
    return found
  }

  function seatsOf(topic: string): Seat[] {
    let found = seats.get(topic)
    if (!found) {
      found = partitionsOf(topic).map((_, partition) => ({ topic, partition, holder: undefined, tenure: undefined, isLeaving: false }))
      seats.set(topic, found)
    }
    return found
  }

  /** Partition n goes to the member n modulo their number, as in the embedded driver. */
  function due({ topic, partition }: Seat): Member | undefined {
    const eligible = [...members].filter(member => member.topics.has(topic))
    return eligible[partition % eligible.length]
  }

  function settle(seat: Seat): void {
    const next = due(seat)
    if (seat.holder === next) return
    if (seat.holder && seat.tenure) {
      if (seat.isLeaving) return
      seat.isLeaving = true
      seat.holder.release(seat.tenure)
      return
    }
    if (!next) return
    seat.holder = next
    seat.tenure = { topic: seat.topic, partition: seat.partition }
    next.take(seat.tenure)
  }

  function empty(seat: Seat): void {
    seat.holder = undefined
    seat.tenure = undefined
    seat.isLeaving = false
  }

  function share(topics: ReadonlySet<string>): void {
    for (const topic of topics) for (const seat of seatsOf(topic)) settle(seat)
  }

  const isHeld = (tenure: Tenure): boolean => seatsOf(tenure.topic)[tenure.partition]?.tenure === tenure

  return {
    join(member) {
      if (gone.has(member)) throw new NoMemberError(`${name} has given up this member`)
      members.add(member)
      share(member.topics)
    },
    remove(leaving) {
      const topics = new Set<string>()
      for (const member of leaving) {
        gone.add(member)
        if (!members.delete(member)) continue
        for (const topic of member.topics) {
          topics.add(topic)
          for (const seat of seatsOf(topic)) if (seat.holder === member) empty(seat)
        }
      }
      share(topics)
    },
    vacate(tenure) {
      const seat = seatsOf(tenure.topic)[tenure.partition]
      if (seat?.tenure !== tenure) return
      empty(seat)
      settle(seat)
    },
    commit(moved) {
      const refused = moved.find(([tenure]) => !isHeld(tenure))
      if (refused) throw new NoMemberError(`partition ${refused[0].partition} of ${refused[0].topic} is not this member's in ${name}`)
      for (const [tenure, place] of moved) positions.set(keyOf(tenure), place)
    },
    hasMembers: () => members.size > 0,
    start: tenure => partitionOf(tenure.topic, tenure.partition).reached(positions.get(keyOf(tenure)) ?? { offset: 0, cuts: 0 }),
    position: (topic, partition) => positions.get(keyOf({ topic, partition }))?.offset,
    setPosition(topic, partition, offset) {
      positions.set(keyOf({ topic, partition }), partitionOf(topic, partition).placeAt(offset))
    },
  }
}
