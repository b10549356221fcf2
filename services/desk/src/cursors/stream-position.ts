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
  /** Per partition the mark of the last fact before the next offset, where there is one. */
  readonly marks: ReadonlyMap<number, number>
}

export const beginning: StreamPosition = { next: new Map(), marks: new Map() }

/** Behind a fact, for who has seen everything before it. */
export const positionAfter = ({ next, marks }: StreamPosition, { partition, offset, mark }: SeenFact): StreamPosition => ({
  next: new Map(next).set(partition, offset + 1),
  last: { partition, offset, mark },
  marks: new Map(marks).set(partition, mark),
})

/** The first 48 bits of a fact's hash: enough to tell two ledgers apart, and a number that a double holds. */
export const hashPrefixOf = (hash: string): number => Number.parseInt(hash.slice(0, 12), 16)

/** As numbers of one count for one count of partitions: the last fact, then the offset for each partition, then its mark. */
export const positionNumbers = ({ next, last, marks }: StreamPosition, partitions: number): number[] => [
  last?.partition ?? -1,
  last?.offset ?? 0,
  last?.mark ?? 0,
  ...Array.from({ length: partitions }, (_, partition) => next.get(partition) ?? 0),
  ...Array.from({ length: partitions }, (_, partition) => marks.get(partition) ?? 0),
]

/** A place of an earlier version has no marks behind its offsets. */
export function positionOf([partition = -1, offset = 0, mark = 0, ...rest]: readonly number[], partitions: number): StreamPosition {
  const next = rest.length === 2 * partitions ? rest.slice(0, partitions) : rest
  const marks = [...rest.slice(next.length).entries()].filter(([, each]) => each !== 0)
  return { next: new Map(next.entries()), marks: new Map(marks), ...(partition < 0 ? {} : { last: { partition, offset, mark } }) }
}
