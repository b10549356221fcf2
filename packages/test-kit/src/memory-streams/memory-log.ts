import type { TopicSpec } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { createMemoryGroup, type Member, type MemoryGroup } from './group.ts'
import { createMemoryPartition, type MemoryPartition } from './partition.ts'

export interface MemoryLogOptions {
  /** Partitions of topics whose count is `shared`. */
  readonly partitions: number
  /** The clock of the log, in milliseconds since 1970; where it goes back the log's time stands still. */
  nowMs(): number
}

/**
 * A log in this process that forgets everything with it, and the coordinator of its groups: what brokers are to Kafka's driver. Clients stand on it by
 * `createMemoryStreams`. Everything is done at once and in the order of the calls; nothing of it is by chance.
 */
export interface MemoryLog {
  /** In the order in which they were made. */
  topics(): string[]
  /** The records now, from offset 0 on. */
  recordsOf(topic: string, partition: number): readonly StreamRecord[]
  /**
   * The coordinator takes the client for dead: its partitions go to the other members of its groups at once, and the client is not told. It works on: what it
   * writes is taken, what it commits is refused, and `throwIfLost` does not throw.
   */
  expel(client: Streams): void
  /** Who was expelled learns it: what it had is lost, and it joins its groups again. */
  tellExpelled(client: Streams): void
  /** The client has crashed: it is in no group any more, it makes no call, and gets no answer to those that it has made. */
  forget(client: Streams): void
  /**
   * The records from this offset on are lost. Groups continue there at the latest. A reader that had read more is
   * notified or reads again.
   */
  cutTail(topic: string, partition: number, offset: number): void
  /** What clients ask of it. */
  readonly broker: MemoryBroker
}

export interface MemoryBroker {
  nowMs(): number
  addTopics(specs: readonly TopicSpec[]): void
  /** Throws an error that names the topic where there is none. */
  partitionsOf(topic: string): readonly MemoryPartition[]
  partition(topic: string, partition: number): MemoryPartition
  group(name: string): MemoryGroup
  join(client: Streams, group: string, member: Member): void
  leave(client: Streams, group: string, member: Member): void
  isForgotten(client: Streams): boolean
}

export function createMemoryLog(options: MemoryLogOptions): MemoryLog {
  const topics = new Map<string, readonly MemoryPartition[]>()
  const groups = new Map<string, MemoryGroup>()
  const members = new Map<Streams, Map<Member, MemoryGroup>>()
  const expelled = new Map<Streams, Member[]>()
  const forgotten = new WeakSet<Streams>()
  let lastMs = Number.NEGATIVE_INFINITY

  function partitionsOf(topic: string): readonly MemoryPartition[] {
    const found = topics.get(topic)
    if (!found) throw new Error(`topic ${topic} does not exist`)
    return found
  }

  function partitionOf(topic: string, partition: number): MemoryPartition {
    const found = partitionsOf(topic)[partition]
    if (!found) throw new Error(`topic ${topic} has no partition ${partition}`)
    return found
  }

  function groupOf(name: string): MemoryGroup {
    const group = groups.get(name) ?? createMemoryGroup(name, partitionsOf)
    groups.set(name, group)
    return group
  }

  function removeAll(client: Streams): Member[] {
    const memberships = [...(members.get(client) ?? [])]
    members.delete(client)
    for (const [group, ofGroup] of Map.groupBy(memberships, ([, group]) => group)) group.remove(ofGroup.map(([member]) => member))
    return memberships.map(([member]) => member)
  }

  return {
    topics: () => [...topics.keys()],
    recordsOf: (topic, partition) => partitionOf(topic, partition).records,
    expel(client) {
      expelled.set(client, [...(expelled.get(client) ?? []), ...removeAll(client)])
    },
    tellExpelled(client) {
      const told = expelled.get(client) ?? []
      expelled.delete(client)
      for (const member of told) member.tellExpelled()
    },
    forget(client) {
      forgotten.add(client)
      expelled.delete(client)
      removeAll(client)
    },
    cutTail: (topic, partition, offset) => partitionOf(topic, partition).cut(offset),
    broker: {
      nowMs() {
        lastMs = Math.max(lastMs, options.nowMs())
        return lastMs
      },
      addTopics(specs) {
        for (const { name, partitions } of specs) {
          if (topics.has(name)) continue
          const count = partitions === 'shared' ? options.partitions : partitions
          topics.set(
            name,
            Array.from({ length: count }, (_, partition) => createMemoryPartition(name, partition)),
          )
        }
      },
      partitionsOf,
      partition: partitionOf,
      group: groupOf,
      join(client, name, member) {
        // What it asked before it crashed arrives after that, and there is no client to be a member.
        if (forgotten.has(client)) return
        const group = groupOf(name)
        group.join(member)
        members.set(client, (members.get(client) ?? new Map()).set(member, group))
      },
      leave(client, name, member) {
        members.get(client)?.delete(member)
        groupOf(name).remove([member])
      },
      isForgotten: client => forgotten.has(client),
    },
  }
}
