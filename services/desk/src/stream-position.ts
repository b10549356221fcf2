/** The last fact that was seen, by where it lies and the beginning of its hash: a ledger that has another fact there is another one. */
export interface SeenFact {
  readonly partition: number
  readonly offset: number
  readonly mark: number
}

/** Where a reader of all partitions stands. Any desk understands it, so a reader can go on at another one. */
export interface StreamPosition {
  /** Per partition the next offset it wants; those that are not named from their beginning. */
  readonly next: ReadonlyMap<number, number>
  readonly last?: SeenFact
}

export const beginning: StreamPosition = { next: new Map() }

/** Behind a fact, for who has seen everything before it. */
export const behind = ({ next }: StreamPosition, { partition, offset, mark }: SeenFact): StreamPosition => ({
  next: new Map(next).set(partition, offset + 1),
  last: { partition, offset, mark },
})

/** The first 48 bits of a fact's hash: enough to tell two ledgers apart, and a number that a double holds. */
export const markOf = (hash: string): number => Number.parseInt(hash.slice(0, 12), 16)

/** As numbers of one count for one count of partitions: the last fact, then the offset for each partition. */
export const positionNumbers = ({ next, last }: StreamPosition, partitions: number): number[] => [
  last?.partition ?? -1,
  last?.offset ?? 0,
  last?.mark ?? 0,
  ...Array.from({ length: partitions }, (_, partition) => next.get(partition) ?? 0),
]

export function positionOf([partition = -1, offset = 0, mark = 0, ...next]: readonly number[]): StreamPosition {
  return { next: new Map(next.entries()), ...(partition < 0 ? {} : { last: { partition, offset, mark } }) }
}
