export interface Partition {
  readonly topic: string
  readonly partition: number
}

/** A member at the time of its join. */
export interface JoiningMember {
  readonly memberId: string
  readonly topics: readonly string[]
  /** The partitions that it owns while it joins. */
  readonly owned: readonly Partition[]
}

export const nameOf = ({ topic, partition }: Partition): string => `${partition} ${topic}`

/**
 * Assigns partitions as equally and with as few changes as possible. A partition that another member still owns is
 * assigned to no member. Its owner sees that it is missing, releases it and rejoins; then it is free. So a partition
 * never has two owners, and no other partition waits.
 * Partition n of topics with the same subscribers has one owner; stages that join topics rely on this.
 */
export function assignPartitions(
  members: readonly JoiningMember[],
  partitionsOf: (topic: string) => readonly number[],
): ReadonlyMap<string, readonly Partition[]> {
  const assignments = new Map(members.map(({ memberId }) => [memberId, [] as Partition[]]))
  const subscribers = new Map<string, string[]>()
  const holders = new Map<string, string[]>()
  for (const { memberId, topics, owned } of members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))) {
    for (const topic of topics) addTo(subscribers, topic, memberId)
    for (const each of owned) addTo(holders, nameOf(each), memberId)
  }
  const holdersOf = (each: Partition): readonly string[] => holders.get(nameOf(each)) ?? []
  for (const topics of Map.groupBy(subscribers.keys(), topic => subscribers.get(topic)?.join()).values()) {
    const numbers = [...new Set(topics.flatMap(partitionsOf))].toSorted((a, b) => a - b)
    const holderOf = (partition: number): string | undefined => topics.flatMap(topic => holdersOf({ topic, partition }))[0]
    const nextOwners = assignOwners(subscribers.get(topics[0] ?? '') ?? [], numbers, holderOf)
    for (const topic of topics) {
      for (const partition of partitionsOf(topic)) {
        const owner = nextOwners.get(partition)
        const isFree = holdersOf({ topic, partition }).every(holder => holder === owner)
        if (owner !== undefined && isFree) assignments.get(owner)?.push({ topic, partition })
      }
    }
  }
  return assignments
}

function addTo(groups: Map<string, string[]>, name: string, memberId: string): void {
  const group = groups.get(name)
  if (group) group.push(memberId)
  else groups.set(name, [memberId])
}

/**
 * Each member keeps what it owns, up to its quota; the rest goes to members below theirs. If equal quotas are
 * impossible, the largest owner gets the larger one.
 */
function assignOwners(
  memberIds: readonly string[],
  numbers: readonly number[],
  holderOf: (partition: number) => string | undefined,
): ReadonlyMap<number, string> {
  const nextOwners = new Map<number, string>()
  const heldBy = (memberId: string): number[] => numbers.filter(partition => holderOf(partition) === memberId)
  const quotas = memberIds
    .map(memberId => ({ memberId, owned: heldBy(memberId) }))
    .toSorted((a, b) => b.owned.length - a.owned.length)
    .map((each, rank) => ({ ...each, quota: Math.floor((numbers.length + memberIds.length - 1 - rank) / memberIds.length) }))
  for (const { memberId, owned, quota } of quotas) for (const partition of owned.slice(0, quota)) nextOwners.set(partition, memberId)
  const free = numbers.filter(partition => !nextOwners.has(partition))
  for (const { memberId, owned, quota } of quotas) {
    for (const partition of free.splice(0, Math.max(0, quota - owned.length))) nextOwners.set(partition, memberId)
  }
  return nextOwners
}
