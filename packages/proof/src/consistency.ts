import { emptyRoot, isSameHash, type NodeReader, nodeHash, splitOf, subtreeRoot } from './tree.ts'

/**
 * The hashes that prove a tree of `from` leaves to be the beginning of one of `to` (RFC 6962, 2.1.2). Empty if either
 * tree is empty or both have the same size.
 */
export function consistencyProof(node: NodeReader, from: number, to: number): Uint8Array[] {
  if (from === 0 || from >= to) return []
  const proof: Uint8Array[] = []
  function prove(start: number, old: number, end: number, isWhole: boolean): void {
    if (old === end) {
      if (!isWhole) proof.push(subtreeRoot(node, start, end))
      return
    }
    const middle = start + splitOf(end - start)
    if (old <= middle) {
      prove(start, old, middle, isWhole)
      proof.push(subtreeRoot(node, middle, end))
    } else {
      prove(middle, old, end, false)
      proof.push(subtreeRoot(node, start, middle))
    }
  }
  prove(0, from, to, true)
  return proof
}

/** The size and root of a tree. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** Whether the proof shows the older tree to be the beginning of the newer one. */
export function isConsistent(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && isSameHash(older.root, newer.root)
  if (older.size === 0) return proof.length === 0 && isSameHash(older.root, emptyRoot())
  const hashes = proof.values()
  /** The roots of both trees over a range of leaves, computed from the proof; undefined if it is too short. */
  function rebuild(old: number, leaves: number, isWhole: boolean): readonly [Uint8Array, Uint8Array] | undefined {
    if (old === leaves) {
      const hash = isWhole ? older.root : hashes.next().value
      return hash && [hash, hash]
    }
    const half = splitOf(leaves)
    const inner = old <= half ? rebuild(old, half, isWhole) : rebuild(old - half, leaves - half, false)
    const sibling = hashes.next().value
    if (!inner || !sibling) return undefined
    return old <= half ? [inner[0], nodeHash(inner[1], sibling)] : [nodeHash(sibling, inner[0]), nodeHash(sibling, inner[1])]
  }
  const roots = rebuild(older.size, newer.size, true)
  return roots !== undefined && hashes.next().done === true && isSameHash(roots[0], older.root) && isSameHash(roots[1], newer.root)
}
