import { type NodeReader, nodeHash, splitOf, subtreeRoot } from './tree.ts'

// One proof for many leaves: the roots of the largest subtrees that hold none of them, from left to right. For a single leaf these are the hashes of RFC 6962, 2.1.1, in the order of the
// tree. A member's facts lie close together, so that a proof for all of them is far smaller than one for each: for a thousand neighbours some forty hashes instead of twenty thousand.

/** The hashes by which leaves are shown to lie in a tree of `size`, one by one as they are asked for. `leaves` are their places, in ascending order, each once and less than `size`. */
export function* inclusionProof(node: NodeReader, size: number, leaves: ArrayLike<number>): Generator<Uint8Array, void, undefined> {
  /** From left to right, so that a stack does what a recursion would and can stop at each hash. */
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
  /** Counts from 0. */
  readonly index: number
  /** As `leafHash` makes it. */
  readonly hash: Uint8Array
}

/**
 * The root of the tree of `size` in which these leaves lie, as the proof has it: who knows the root compares. Undefined where the proof is of other places or another size, or where the leaves
 * are not in ascending order, each once and less than `size`.
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

/** The first of the places from `first` up to `last` that is not below a leaf; `last` where all are. */
function firstNotBelow(places: ArrayLike<number>, leaf: number, first: number, last: number): number {
  let [low, high] = [first, last]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((places[middle] ?? 0) < leaf) low = middle + 1
    else high = middle
  }
  return low
}
