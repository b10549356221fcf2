import {
  bytesOfBase64,
  claimedTimes,
  cosignedAt,
  isConsistent,
  isSignedBy,
  readTreeOrigin,
  signatureTypes,
  type TreeOrigin,
  type VerifierKey,
} from '@holdfast/proof'
import type { ExportProofLine } from '@holdfast/schemas'
import { newestOf, type SeenCheckpoint } from './seen-checkpoints.ts'

/** What witnesses have seen, with which an export is compared. */
export interface Witnessing {
  readonly seen: readonly SeenCheckpoint[]
  /** The witness that must have signed each checkpoint; without it, checkpoints are trusted as their file has them. */
  readonly witness?: VerifierKey | undefined
}

/** A tree of an export, with its own checkpoint. */
export interface ExportedTree extends SeenCheckpoint {
  /** Its line in the export. */
  readonly line: number
  readonly place: TreeOrigin
  /** The sizes for which the export has a consistency proof, with the hashes. */
  readonly consistency: Extract<ExportProofLine, { tree: unknown }>['tree']['consistency']
}

/** The largest difference between the clocks of witness and engine. */
const skewMs = 60_000

/**
 * Compares a tree of an export with what a witness has seen. Returns the problem, or how many of its facts the witness
 * has seen.
 */
export async function compareWithWitness(
  tree: ExportedTree,
  { publicKey, givenAt }: { readonly publicKey: Uint8Array; readonly givenAt: Date },
  { seen, witness }: Witnessing,
): Promise<{ readonly problem: string } | { readonly facts: number }> {
  const ofTree = seen.filter(({ origin }) => origin === tree.origin)
  if (ofTree.length === 0) {
    const problem = whyUnseen(tree.place, seen)
    return problem === undefined ? { facts: 0 } : { problem }
  }
  // A checkpoint that was seen after the export may well be larger.
  const atThatTime = ofTree.filter(each => each.size <= tree.size || !isLater(each, givenAt))
  const largest = atThatTime.reduce((size, each) => Math.max(size, each.size), 0)
  if (largest > tree.size)
    return { problem: `it has ${tree.size} facts, but the witness had seen ${largest} when it was made: facts were removed` }
  const proofs = new Map(tree.consistency.map(({ from, proof }) => [from, proof.map(bytesOfBase64).flatMap(hash => hash ?? [])]))
  const comparable = atThatTime.filter(({ size }) => size === tree.size || proofs.has(size))
  const key = { name: tree.origin, type: signatureTypes.ed25519, publicKey }
  for (const each of comparable) {
    if (!(await isSignedBy(each.note, key))) return { problem: 'a checkpoint of the witness is not signed by the engine of this export' }
    if (witness && !(await cosignedAt(each.note, witness))) return { problem: `a checkpoint is not signed by the witness ${witness.name}` }
    if (!isConsistent(each, tree, each.size === tree.size ? [] : (proofs.get(each.size) ?? [])))
      return { problem: `it is inconsistent with the ${each.size} facts that the witness has seen` }
  }
  if (comparable.length > 0) return { facts: comparable.reduce((size, each) => Math.max(size, each.size), 0) }
  return {
    problem:
      atThatTime.length === 0
        ? 'the witness saw it only later: this file lacks what the witness had seen by then'
        : 'there is no consistency proof from what the witness has seen. Make the export with --checkpoint and this file',
  }
}

/** A checkpoint without a time does not count as later. */
function isLater({ note }: SeenCheckpoint, at: Date): boolean {
  const times = claimedTimes(note)
  return times.length > 0 && times.every(time => time.getTime() > at.getTime() + skewMs)
}

/** Undefined if nothing is wrong: the first fact of a partition may be newer than the last check of the witness. */
function whyUnseen({ engine, ledger, tree, partition }: TreeOrigin, seen: readonly SeenCheckpoint[]): string | undefined {
  const others = [...newestOf(seen).values()].flatMap(({ origin, size }) => {
    const place = readTreeOrigin(origin)
    return place ? [{ size, place }] : []
  })
  const former = others.find(({ place }) => place.engine === engine && place.ledger === ledger && place.partition === partition)
  if (former)
    return `it is of tree ${tree} of partition ${partition}, but the witness saw ${former.size} facts of tree ${former.place.tree}: the engine has started another tree`
  if (!others.some(({ place }) => place.engine === engine)) return `it is of the engine ${engine}, but the witness saw another engine`
  if (others.some(({ place }) => place.engine === engine && place.ledger === ledger && place.tree === tree)) return undefined
  return `the witness has not seen tree ${tree} of ledger ${ledger}`
}
