import { sha256 } from '#sha256'

// The tree of RFC 6962, section 2.1. A prefix byte distinguishes leaves and nodes, so that a leaf cannot pass for a
// node.

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The hash of a leaf's content: 32 bytes (RFC 6962, 2.1). */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(leafPrefix, entry)

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(nodePrefix, left, right)

/** The root of the empty tree: SHA-256 of nothing. */
export const emptyRoot = (): Uint8Array => sha256()

/**
 * Returns the root of a complete subtree: of the `2 ** level` leaves from `index * 2 ** level` on. Only called for subtrees
 * whose leaves all exist.
 */
export type NodeReader = (level: number, index: number) => Uint8Array

/** The largest power of two below this number of leaves (at least two), where RFC 6962 splits a tree. */
export function splitOf(leaves: number): number {
  let half = 1
  // Without shifts, which end at 2³¹.
  while (half * 2 < leaves) half *= 2
  return half
}

/**
 * The root over the leaves from `start` up to, not including, `end`, in a tree of RFC 6962. `start` must be the start
 * of such a subtree.
 */
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

/** The root of a tree of this size. */
export const rootOf = (node: NodeReader, size: number): Uint8Array => subtreeRoot(node, 0, size)

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** A tree that grows leaf by leaf and stores only what its root needs: one hash for each bit of its size. */
export interface GrowingTree {
  readonly size: number
  /** Appends the hash of the next leaf. */
  append(hash: Uint8Array): void
  root(): Uint8Array
}

export function createGrowingTree(): GrowingTree {
  /** The roots of the complete subtrees, largest first. */
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
