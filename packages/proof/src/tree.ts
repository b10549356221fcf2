import { sha256 } from '#sha256'

// The tree of RFC 6962, section 2.1: leaves and nodes are told apart by the byte before what is hashed, so that no leaf can be taken for a node.

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The hash of a leaf, of whatever it says: 32 bytes (RFC 6962, 2.1). */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(leafPrefix, entry)

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(nodePrefix, left, right)

/** The root of the tree that has no leaf: SHA-256 of nothing. */
export const emptyRoot = (): Uint8Array => sha256()

/**
 * Gives the root of a whole subtree: of the `2 ** level` leaves from `index * 2 ** level` on. It is asked for subtrees alone of which every leaf is there.
 */
export type NodeReader = (level: number, index: number) => Uint8Array

/** The largest power of two that is less than this number of leaves, of which there are two at least: where RFC 6962 parts a tree. */
export function splitOf(leaves: number): number {
  let half = 1
  // Not by shifts: those end at 2³¹.
  while (half * 2 < leaves) half *= 2
  return half
}

/** The root over the leaves from `start` up to, not including, `end`, as it stands in a tree of RFC 6962: `start` is where such a subtree begins. */
export function subtreeRoot(node: NodeReader, start: number, end: number): Uint8Array {
  if (end === start) return emptyRoot()
  const whole: Uint8Array[] = []
  for (let at = start; at < end; ) {
    let level = 0
    let width = 1
    while (at + width * 2 <= end && at % (width * 2) === 0) {
      width *= 2
      level += 1
    }
    whole.push(node(level, at / width))
    at += width
  }
  return whole.reduceRight((right, left) => nodeHash(left, right))
}

/** The root of a tree of so many leaves. */
export const rootOf = (node: NodeReader, size: number): Uint8Array => subtreeRoot(node, 0, size)

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** A tree that grows leaf by leaf and keeps nothing but what its root is made of: one hash for each bit of its size. */
export interface GrowingTree {
  readonly size: number
  /** Takes the hash of the next leaf. */
  append(hash: Uint8Array): void
  root(): Uint8Array
}

export function createGrowingTree(): GrowingTree {
  /** The roots of the whole subtrees, the largest first. */
  const whole: { readonly level: number; readonly hash: Uint8Array }[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    append(hash) {
      size += 1
      let grown = { level: 0, hash }
      for (let last = whole.at(-1); last?.level === grown.level; last = whole.at(-1)) {
        whole.pop()
        grown = { level: grown.level + 1, hash: nodeHash(last.hash, grown.hash) }
      }
      whole.push(grown)
    },
    root: () => (whole.length === 0 ? emptyRoot() : whole.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right))),
  }
}
