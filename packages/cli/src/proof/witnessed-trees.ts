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

/** What was seen by others, against which an export is held. */
export interface Witnessing {
  readonly seen: readonly SeenCheckpoint[]
  /** The witness, whose signature what is used of them must have; without it they are of whoever brings them. */
  readonly witness?: VerifierKey | undefined
}

/** A tree of an export, under its own checkpoint. */
export interface ExportedTree extends SeenCheckpoint {
  /** Where it stands in the export. */
  readonly line: number
  readonly place: TreeOrigin
  /** From which sizes it shows how it goes on, with the hashes that show it. */
  readonly consistency: Extract<ExportProofLine, { tree: unknown }>['tree']['consistency']
}

/** Clocks of witness and engine may be off by this much. */
const skewMs = 60_000

/** What is wrong between a tree of an export and what a witness has seen of it; or of how many of its facts it is known that they are those that the witness saw. */
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
  // One that was seen later than the export was given may well be larger.
  const atThatTime = ofTree.filter(each => each.size <= tree.size || !isLater(each, givenAt))
  const largest = atThatTime.reduce((size, each) => Math.max(size, each.size), 0)
  if (largest > tree.size)
    return { problem: `it has ${tree.size} facts, and the witness had seen ${largest} when it was given: facts were taken away` }
  const proofs = new Map(tree.consistency.map(({ from, proof }) => [from, proof.map(bytesOfBase64).flatMap(hash => hash ?? [])]))
  const comparable = atThatTime.filter(({ size }) => size === tree.size || proofs.has(size))
  const key = { name: tree.origin, type: signatureTypes.ed25519, publicKey }
  for (const each of comparable) {
    if (!(await isSignedBy(each.note, key))) return { problem: 'a checkpoint of the witness is not signed by the engine of this export' }
    if (witness && !(await cosignedAt(each.note, witness))) return { problem: `a checkpoint is not signed by the witness ${witness.name}` }
    if (!isConsistent(each, tree, each.size === tree.size ? [] : (proofs.get(each.size) ?? [])))
      return { problem: `it does not go on from the ${each.size} facts that the witness saw: they were others` }
  }
  if (comparable.length > 0) return { facts: comparable.reduce((size, each) => Math.max(size, each.size), 0) }
  return {
    problem:
      atThatTime.length === 0
        ? 'the witness saw it later alone: what it had seen by then is not in this file'
        : 'no proof leads to it from what the witness has seen: have the export made with --checkpoint and this file',
  }
}

/** Where a checkpoint has no time it is not taken for a later one. */
function isLater({ note }: SeenCheckpoint, at: Date): boolean {
  const times = claimedTimes(note)
  return times.length > 0 && times.every(time => time.getTime() > at.getTime() + skewMs)
}

/** Undefined where nothing is wrong with it: the first fact of a partition may have come after the witness looked last. */
function whyUnseen({ engine, ledger, tree, partition }: TreeOrigin, seen: readonly SeenCheckpoint[]): string | undefined {
  const others = [...newestOf(seen).values()].flatMap(({ origin, size }) => {
    const place = readTreeOrigin(origin)
    return place ? [{ size, place }] : []
  })
  const former = others.find(({ place }) => place.engine === engine && place.ledger === ledger && place.partition === partition)
  if (former)
    return `it is of tree ${tree} of partition ${partition}, and the witness saw ${former.size} facts of tree ${former.place.tree}: the engine has begun another one`
  if (!others.some(({ place }) => place.engine === engine)) return `it is of the engine ${engine}, and the witness saw another one`
  if (others.some(({ place }) => place.engine === engine && place.ledger === ledger && place.tree === tree)) return undefined
  return `the witness has seen nothing of tree ${tree} of ledger ${ledger}`
}
