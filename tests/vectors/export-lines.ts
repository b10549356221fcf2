import { hash } from 'node:crypto'
import type { Fact } from '@holdfast/payment-stop/language'
import {
  base64Of,
  bytesOfHex,
  consistencyProof,
  engineNameOf,
  exportsNameOf,
  inclusionProof,
  leafHash,
  rootOf,
  type SigningKey,
  signNote,
  treeOriginOf,
  writeCheckpoint,
  writeNote,
} from '@holdfast/proof'
import { exportProofLine } from '@holdfast/schemas'
import { chained, held, withdrawn } from './sample-facts.ts'
import { nodesOver } from './trees.ts'

// A ledger of two partitions with the facts of two requests among others, and the signed statements about an export of
// it.

/** A fact of an export, with the name of its line and its position in the tree. */
export interface Given {
  readonly name: string
  readonly partition: number
  readonly leaf: number
}

const [first, second, third, fourth] = withdrawn as [Fact, Fact, Fact, Fact]
const without = ({ hash: _hash, prevhash: _prevhash, ...told }: Fact) => told
const rewritten = chained([{ ...second, actor: 'holdfast/validation/nobody' } as Fact, third, fourth].map(without), first.hash)

const facts: Readonly<Record<string, Fact>> = {
  ...Object.fromEntries(withdrawn.map(fact => [`withdrawn ${fact.sequence}`, fact])),
  ...Object.fromEntries(held.slice(0, 3).map(fact => [`held ${fact.sequence}`, fact])),
  ...Object.fromEntries(rewritten.map(fact => [`withdrawn ${fact.sequence}, rewritten`, fact])),
}
export const factLines: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact)]),
)

const given = (name: string, partition: number, leaf: number): Given => ({ name, partition, leaf })
/** In the order in which the desk read them. */
export const all: readonly Given[] = [
  given('held 1', 0, 1),
  given('withdrawn 1', 3, 0),
  given('withdrawn 2', 3, 1),
  given('held 2', 0, 2),
  given('held 3', 0, 5),
  given('withdrawn 3', 3, 4),
  given('withdrawn 4', 3, 6),
]
/** The same, with a history that was rewritten to its end. */
export const again = all.map(each => (/withdrawn [234]/.test(each.name) ? { ...each, name: `${each.name}, rewritten` } : each))

const hashOf = (name: string) => facts[name]?.hash ?? ''
const sizes: Readonly<Record<number, number>> = { 0: 6, 3: 7 }

/** The nodes of the tree of a partition with these facts. */
function treeOf(partition: number, lying: readonly Given[]) {
  const here = lying.filter(each => each.partition === partition)
  const leaves = Array.from({ length: sizes[partition] ?? 0 }, (_, leaf) => {
    const name = here.find(each => each.leaf === leaf)?.name
    return leafHash(bytesOfHex(name ? hashOf(name) : hash('sha256', `a fact of others: ${partition}/${leaf}`)))
  })
  return nodesOver(leaves)
}

export interface Exporting {
  readonly key: SigningKey
  /** The facts of the ledger. */
  readonly lying?: readonly Given[]
  /** The facts of the export. */
  readonly gives?: readonly Given[]
  /** The signed size of each tree. */
  readonly signed?: Readonly<Record<number, number>>
  /** The sizes from which consistency is proved. */
  readonly seen?: Readonly<Record<number, number>>
  readonly of?: string
  /** The name under which the statement is signed. */
  readonly name?: string
}

export async function checkpointOf(key: SigningKey, partition: number, size: number, lying = all): Promise<string> {
  const origin = treeOriginOf({ engine: engineNameOf(key.publicKey), ledger: 1, tree: 1, partition })
  const text = writeCheckpoint({ origin, size, root: rootOf(treeOf(partition, lying), size), extensions: [] })
  return writeNote(await signNote(text, origin, key))
}

/** The lines of the proof, by part. */
export async function proofOf({ key, lying = all, gives = lying, signed = sizes, seen = {}, of, name }: Exporting) {
  const trees: string[] = []
  const inclusions: string[] = []
  for (const [partition, size] of Object.entries(signed).map(([name, size]) => [Number(name), size] as const)) {
    const node = treeOf(partition, lying)
    const from = seen[partition]
    const consistency = from === undefined ? [] : [{ from, proof: consistencyProof(node, from, size).map(base64Of) }]
    trees.push(exportProofLine({ tree: { checkpoint: await checkpointOf(key, partition, size, lying), consistency } }))
    const leaves = gives.filter(each => each.partition === partition && each.leaf < size).map(({ leaf }) => leaf)
    const proof = [
      ...inclusionProof(
        node,
        size,
        leaves.sort((a, b) => a - b),
      ),
    ].map(base64Of)
    if (leaves.length > 0 && proof.length > 0) inclusions.push(exportProofLine({ inclusion: { partition, proof } }))
  }
  const positions = gives.map(({ partition, leaf }): [number, number] => [partition, leaf])
  const origin = name ?? exportsNameOf(engineNameOf(key.publicKey))
  const root = rootOf(nodesOver(gives.map(({ name }) => leafHash(bytesOfHex(hashOf(name))))), gives.length)
  const placing = positions.length > 0 ? [exportProofLine({ positions })] : []
  const lines = hash('sha256', [...trees, ...placing, ...inclusions].join(''))
  const extensions = ['for SG', 'at 2024-07-24T02:00:00.000Z', `trees ${trees.length}`, `lines ${lines}`, ...(of ? [`of ${of}`] : [])]
  const text = writeCheckpoint({ origin, size: gives.length, root, extensions })
  const statement = exportProofLine({ statement: writeNote(await signNote(text, origin, key)), key: base64Of(key.publicKey) })
  const cut = (line: string) => line.trimEnd()
  return {
    trees: trees.map(cut),
    positions: placing.map(cut),
    inclusions: inclusions.map(cut),
    statement: cut(statement),
  }
}
