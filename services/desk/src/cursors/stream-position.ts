/**
 * The last fact that a reader has seen, with the start of its hash. A ledger with another fact at this offset was
 * replaced.
 */
export interface SeenFact {
  readonly partition: number
  readonly offset: number
  readonly hashPrefix: number
}

/** Position of a reader in all partitions. It is the same at every desk, so a reader can continue at another one. */
export interface StreamPosition {
  /** Per partition the next offset. A missing partition starts at its beginning. */
  readonly next: ReadonlyMap<number, number>
  readonly last?: SeenFact
  /** Per partition the hash prefix of the last fact before the next offset, if there is one. */
  readonly hashPrefixes: ReadonlyMap<number, number>
}

export const beginning: StreamPosition = { next: new Map(), hashPrefixes: new Map() }

/** The position after a fact, for a reader that has seen all before it. */
export const positionAfter = ({ next, hashPrefixes }: StreamPosition, { partition, offset, hashPrefix }: SeenFact): StreamPosition => ({
  next: new Map(next).set(partition, offset + 1),
  last: { partition, offset, hashPrefix },
  hashPrefixes: new Map(hashPrefixes).set(partition, hashPrefix),
})

/** The first 48 bits of a fact's hash: enough to tell two ledgers apart, and exact in a double. */
export const hashPrefixOf = (hash: string): number => Number.parseInt(hash.slice(0, 12), 16)

/** The count depends on the partitions only: the last fact, then the offsets, then the hash prefixes. */
export const positionNumbers = ({ next, last, hashPrefixes }: StreamPosition, partitions: number): number[] => [
  last?.partition ?? -1,
  last?.offset ?? 0,
  last?.hashPrefix ?? 0,
  ...Array.from({ length: partitions }, (_, partition) => next.get(partition) ?? 0),
  ...Array.from({ length: partitions }, (_, partition) => hashPrefixes.get(partition) ?? 0),
]

/** A cursor of an earlier version has no hash prefixes after its offsets. */
export function positionOf([partition = -1, offset = 0, hashPrefix = 0, ...rest]: readonly number[], partitions: number): StreamPosition {
  const next = rest.length === 2 * partitions ? rest.slice(0, partitions) : rest
  const marks = [...rest.slice(next.length).entries()].filter(([, each]) => each !== 0)
  return {
    next: new Map(next.entries()),
    hashPrefixes: new Map(marks),
    ...(partition < 0 ? {} : { last: { partition, offset, hashPrefix } }),
  }
}
