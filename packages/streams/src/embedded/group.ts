/** A stage as a member of its group. */
export interface Member {
  readonly topics: ReadonlySet<string>
  /** Starts work on the partition. */
  take(topic: string, partition: number): void
  /** Resolves when the member has stopped work on the partition. Never rejects. */
  release(topic: string, partition: number): Promise<void>
}

/** Divides the partitions of topics among the stages of one group in this process. */
export interface Group {
  /** Resolves when every partition has its assigned owner. */
  join(member: Member): Promise<void>
  /** Resolves when the member has stopped all work and the others have taken over. */
  leave(member: Member): Promise<void>
  hasMembers(): boolean
}

interface AssignedPartition {
  readonly topic: string
  readonly partition: number
  owner: Member | undefined
  /** Changes of one partition run one at a time, so that it never has two owners. */
  changing: Promise<void>
}

export function createGroup(partitionsOf: (topic: string) => number): Group {
  const members = new Set<Member>()
  const assigned = new Map<string, AssignedPartition[]>()

  function partitionsOfTopic(topic: string): AssignedPartition[] {
    let found = assigned.get(topic)
    if (!found) {
      found = Array.from({ length: partitionsOf(topic) }, (_, partition) => ({
        topic,
        partition,
        owner: undefined,
        changing: Promise.resolve(),
      }))
      assigned.set(topic, found)
    }
    return found
  }

  /**
   * Partition n goes to member n modulo the number of members. So partition n of two topics has one owner, which stages
   * that join topics rely on.
   */
  function assignedMember({ topic, partition }: AssignedPartition): Member | undefined {
    const eligible = [...members].filter(member => member.topics.has(topic))
    return eligible[partition % eligible.length]
  }

  async function reassign(partition: AssignedPartition): Promise<void> {
    if (partition.owner === assignedMember(partition)) return
    await partition.owner?.release(partition.topic, partition.partition)
    partition.owner = undefined
    // Ask again: the assigned member may have changed while the former owner finished.
    const next = assignedMember(partition)
    next?.take(partition.topic, partition.partition)
    partition.owner = next
  }

  async function rebalance(topics: ReadonlySet<string>): Promise<void> {
    const changes: Promise<void>[] = []
    for (const topic of topics) {
      for (const partition of partitionsOfTopic(topic)) {
        const change = partition.changing.then(() => reassign(partition))
        // The caller gets the error; the next change is tried anyway.
        partition.changing = change.catch(() => {})
        changes.push(change)
      }
    }
    await Promise.all(changes)
  }

  return {
    join(member) {
      members.add(member)
      return rebalance(member.topics)
    },
    leave(member) {
      members.delete(member)
      return rebalance(member.topics)
    },
    hasMembers: () => members.size > 0,
  }
}
