export interface Partition {
  readonly topic: string
  readonly partition: number
}

/** A member as it joins. */
export interface JoiningMember {
  readonly memberId: string
  readonly topics: readonly string[]
  /** What it works on while it joins. */
  readonly held: readonly Partition[]
}

export const nameOf = ({ topic, partition }: Partition): string => `${partition} ${topic}`

/**
 * Who gets which partitions: as equal as can be, with as few changes as can be. A partition that somebody else than its next owner holds is given to nobody:
 * its holder sees that it is missing, gives it up and joins again, and then it is free. So no partition is ever in two hands, and nobody waits for it.
 * Partition n of topics with the same members has one owner, which stages that join topics build on.
 */
export function assignPartitions(
  members: readonly JoiningMember[],
  partitionsOf: (topic: string) => readonly number[],
): ReadonlyMap<string, readonly Partition[]> {
  const shares = new Map(members.map(({ memberId }) => [memberId, [] as Partition[]]))
  const subscribers = new Map<string, string[]>()
  const holders = new Map<string, string[]>()
  for (const { memberId, topics, held } of members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))) {
    for (const topic of topics) addTo(subscribers, topic, memberId)
    for (const each of held) addTo(holders, nameOf(each), memberId)
  }
  const holdersOf = (each: Partition): readonly string[] => holders.get(nameOf(each)) ?? []
  for (const topics of Map.groupBy(subscribers.keys(), topic => subscribers.get(topic)?.join()).values()) {
    const numbers = [...new Set(topics.flatMap(partitionsOf))].toSorted((a, b) => a - b)
    const holderOf = (partition: number): string | undefined => topics.flatMap(topic => holdersOf({ topic, partition }))[0]
    const due = dueOwners(subscribers.get(topics[0] ?? '') ?? [], numbers, holderOf)
    for (const topic of topics) {
      for (const partition of partitionsOf(topic)) {
        const owner = due.get(partition)
        const isFree = holdersOf({ topic, partition }).every(holder => holder === owner)
        if (owner !== undefined && isFree) shares.get(owner)?.push({ topic, partition })
      }
    }
  }
  return shares
}

function addTo(groups: Map<string, string[]>, name: string, memberId: string): void {
  const group = groups.get(name)
  if (group) group.push(memberId)
  else groups.set(name, [memberId])
}

/** Each keeps what it holds, up to its part; what is left goes to those that have less. Who holds the most has the larger part where it can't be equal. */
function dueOwners(
  memberIds: readonly string[],
  numbers: readonly number[],
  holderOf: (partition: number) => string | undefined,
): ReadonlyMap<number, string> {
  const due = new Map<number, string>()
  const heldBy = (memberId: string): number[] => numbers.filter(partition => holderOf(partition) === memberId)
  const parts = memberIds
    .map(memberId => ({ memberId, held: heldBy(memberId) }))
    .toSorted((a, b) => b.held.length - a.held.length)
    .map((each, rank) => ({ ...each, part: Math.floor((numbers.length + memberIds.length - 1 - rank) / memberIds.length) }))
  for (const { memberId, held, part } of parts) for (const partition of held.slice(0, part)) due.set(partition, memberId)
  const free = numbers.filter(partition => !due.has(partition))
  for (const { memberId, held, part } of parts) {
    for (const partition of free.splice(0, Math.max(0, part - held.length))) due.set(partition, memberId)
  }
  return due
}
