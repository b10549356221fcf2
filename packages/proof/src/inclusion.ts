import { type NodeReader, nodeHash, splitOf, subtreeRoot } from './tree.ts'

// One proof for many leaves: the roots of the largest subtrees without any of them, from left to right. For a single
// leaf
// these are the hashes of RFC 6962, 2.1.1, in tree order. A member's facts are close to each other, so one proof is far
// smaller than many: for a thousand neighbours about forty hashes instead of twenty thousand.

/**
 * The hashes that prove leaves to be in a tree of `size`, generated on demand. `leaves` are unique indexes in ascending
 * order, each less than `size`.
 */
export function* inclusionProof(node: NodeReader, size: number, leaves: ArrayLike<number>): Generator<Uint8Array, void, undefined> {
  /** From left to right, so that a stack replaces recursion and can stop at each hash. */
  const open: { readonly start: number; readonly end: number; readonly first: number; readonly last: number }[] = []
  if (size > 0) open.push({ start: 0, end: size, first: 0, last: leaves.length })
  for (let at = open.pop(); at; at = open.pop()) {
    const { start, end, first, last } = at
    if (first === last) yield subtreeRoot(node, start, end)
    else if (end - start > 1) {
      const middle = start + splitOf(end - start)
      const parted = firstNotBelow(leaves, middle, first, last)
      open.push({ start: middle, end, first: parted, last }, { start, end: middle, first, last: parted })
    }
  }
}

export interface PlacedLeaf {
  /** From 0. */
  readonly index: number
  /** The result of `leafHash`. */
  readonly hash: Uint8Array
}

/**
 * The root of the tree of `size` with these leaves, computed from the proof, for comparison with the known root. Undefined
 * if the proof is for other leaves or another size, or the leaves are not unique, ascending and less than `size`.
 */
export function rootByInclusion(size: number, leaves: readonly PlacedLeaf[], proof: Iterable<Uint8Array>): Uint8Array | undefined {
  if (size === 0 || leaves.some(({ index }, i) => index >= size || index <= (leaves[i - 1]?.index ?? -1))) return undefined
  const places = leaves.map(({ index }) => index)
  const hashes = proof[Symbol.iterator]()
  function rebuild(start: number, end: number, first: number, last: number): Uint8Array | undefined {
    if (first === last) return hashes.next().value
    if (end - start === 1) return leaves[first]?.hash
    const middle = start + splitOf(end - start)
    const parted = firstNotBelow(places, middle, first, last)
    const left = rebuild(start, middle, first, parted)
    const right = left && rebuild(middle, end, parted, last)
    return left && right && nodeHash(left, right)
  }
  const root = rebuild(0, size, 0, leaves.length)
  return hashes.next().done ? root : undefined
}

/** The first index from `first` up to `last` that is not below a leaf; `last` if all are. */
function firstNotBelow(places: ArrayLike<number>, leaf: number, first: number, last: number): number {
  let [low, high] = [first, last]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((places[middle] ?? 0) < leaf) low = middle + 1
    else high = middle
  }
  return low
}
