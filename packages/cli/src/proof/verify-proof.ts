import { createHash } from 'node:crypto'
import {
  bytesOfBase64,
  bytesOfHex,
  createGrowingTree,
  engineNameOf,
  exportsNameOf,
  isSameHash,
  isSignedBy,
  leafHash,
  type PlacedLeaf,
  readCheckpoint,
  readNote,
  readTreeOrigin,
  rootByInclusion,
  signatureTypes,
} from '@holdfast/proof'
import { type ExportProofLine, readExportProof } from '@holdfast/schemas'
import { newestOf } from './seen-checkpoints.ts'
import { readStatement, type Statement } from './statement.ts'
import { compareWithWitness, type ExportedTree, type Witnessing } from './witnessed-trees.ts'

/** A problem of the proof of an export. Lines count from 1. */
export interface ProofProblem {
  readonly line: number
  readonly message: string
}

/** What an intact export proves. */
export interface ProofReport {
  /** Undefined if the export has no proof. */
  readonly statement?: Statement
  /** Facts in a tree that the engine has signed. */
  readonly included: number
  /** Facts after the newest checkpoint. */
  readonly newer: number
  /** Facts that the witness has seen; undefined without a witness. */
  readonly witnessed?: number
  readonly problems: readonly ProofProblem[]
}

export interface ProofVerifier {
  /** Adds a fact by the hash that it states. The chain check verifies that hash. */
  addFact(hash: string, line: number): void
  /** Adds a line of the proof. */
  addProof(text: string, line: number): void
  finish(): Promise<ProofReport>
}

interface Read<T> {
  readonly line: number
  readonly said: T
}
type LineOf<K extends string> = Extract<ExportProofLine, Record<K, unknown>>

/** Limits the memory for problems of a completely wrong file. */
const problemsMax = 1000

/**
 * Verifies the proof of an export: that it is complete as the engine sent it, that its facts are leaves of trees that
 * the engine signed, and that those are consistent with what a witness has seen.
 */
export function createProofVerifier(witnessing?: Witnessing): ProofVerifier {
  const whole = createGrowingTree()
  const leaves = createHashList()
  const positions: (readonly [number, number])[] = []
  const trees: Read<LineOf<'tree'>['tree']>[] = []
  const inclusions = new Map<number, string[][]>()
  let statement: Read<LineOf<'statement'>> | undefined
  let lines = 0
  let last = 0
  /** The hash of the lines before the statement. */
  const given = createHash('sha256')
  /** The last part of the proof that was read, and its partition. */
  let reached: readonly [part: number, partition: number] = [0, -1]
  const problems: ProofProblem[] = []
  const report = (line: number, message: string): undefined => {
    if (problems.length < problemsMax) problems.push({ line, message })
  }

  async function treesOf(engine: string, publicKey: Uint8Array): Promise<Map<number, ExportedTree>> {
    const known = new Map<number, ExportedTree>()
    for (const { line, said } of trees) {
      const note = readNote(said.checkpoint)
      const checkpoint = note.ok ? readCheckpoint(note.value.text) : note
      const place = checkpoint.ok ? readTreeOrigin(checkpoint.value.origin) : undefined
      if (!note.ok || !checkpoint.ok || !place || place.engine !== engine || known.has(place.partition)) {
        report(line, 'this is not a checkpoint of another partition of the engine that made the export')
        continue
      }
      const key = { name: checkpoint.value.origin, type: signatureTypes.ed25519, publicKey }
      if (!(await isSignedBy(note.value, key))) report(line, 'the checkpoint was changed: its signature is invalid')
      else known.set(place.partition, { ...checkpoint.value, note: note.value, line, place, consistency: said.consistency })
    }
    return known
  }

  /** The leaves of a partition that its checkpoint covers, in tree order. */
  function placedIn(partition: number, size: number): PlacedLeaf[] {
    const placed = positions.flatMap(([of, index], i) => {
      return of === partition && index < size && i < leaves.length ? [{ index, hash: leaves.at(i) }] : []
    })
    return placed.sort((a, b) => a.index - b.index)
  }

  function checkWhole({ line }: Read<LineOf<'statement'>>, stated: Statement): void {
    const { size, root } = stated
    if (size !== leaves.length)
      report(
        line,
        `the engine sent ${size} facts, but there are ${leaves.length}: ${size > leaves.length ? 'some were removed' : 'some were added'}`,
      )
    else if (!isSameHash(whole.root(), root)) report(line, 'the facts are not those that the engine sent, or not in order')
    if (positions.length !== leaves.length)
      report(line, `the proof has indexes for ${positions.length} facts, but there are ${leaves.length}`)
    if (trees.length !== stated.trees) report(line, `the proof had ${stated.trees} trees, but there are ${trees.length}`)
    if (line !== last) report(last, 'there are lines after the end of the proof')
  }

  return {
    addFact(hash, line) {
      const leaf = leafHash(bytesOfHex(hash))
      leaves.push(leaf)
      whole.append(leaf)
      if (lines > 0) report(line, 'there is a fact after the proof')
      last = line
    },
    addProof(text, line) {
      lines++
      last = line
      const read = readExportProof(text)
      if (!read.ok) return report(line, read.error)
      const said = read.value
      if (!('statement' in said)) given.update(`${text}\n`)
      const at = placeOf(said)
      if (at[0] < reached[0] || (at[0] === reached[0] && at[1] < reached[1])) report(line, 'the proof is not in order')
      reached = at
      if ('tree' in said) trees.push({ line, said: said.tree })
      else if ('positions' in said) for (const place of said.positions) positions.push(place)
      else if ('inclusion' in said) {
        const { partition, proof } = said.inclusion
        inclusions.set(partition, [...(inclusions.get(partition) ?? []), proof])
      } else if (statement) report(line, 'there is a second statement')
      else statement = { line, said }
    },
    async finish() {
      const nothing = { included: 0, newer: 0 }
      if (lines === 0) {
        if (witnessing) report(last, 'the export has no proof, so it cannot be compared with what a witness has seen')
        return { ...nothing, problems }
      }
      if (!statement) {
        report(last, 'the proof has no end: the export is incomplete')
        return { ...nothing, problems }
      }
      const publicKey = bytesOfBase64(statement.said.key) ?? new Uint8Array()
      const engine = engineNameOf(publicKey)
      const note = readNote(statement.said.statement)
      const key = { name: exportsNameOf(engine), type: signatureTypes.ed25519, publicKey }
      const stated = note.ok && (await isSignedBy(note.value, key)) ? readStatement(note.value.text, engine) : undefined
      if (!stated) {
        report(statement.line, 'the statement of the engine was changed: its signature is invalid')
        return { ...nothing, problems }
      }
      checkWhole(statement, stated)
      const known = await treesOf(engine, publicKey)
      let included = 0
      let witnessed = 0
      for (const [partition, tree] of known) {
        const placed = placedIn(partition, tree.size)
        included += placed.length
        if (placed.length > 0) {
          const hashes = (inclusions.get(partition) ?? []).flat().map(hash => bytesOfBase64(hash) ?? new Uint8Array())
          const root = rootByInclusion(tree.size, placed, hashes)
          if (!root || !isSameHash(root, tree.root))
            report(tree.line, `facts of partition ${partition} are not at their stated indexes of the tree that the engine signed`)
        }
        if (!witnessing) continue
        const held = await compareWithWitness(tree, { publicKey, givenAt: stated.at }, witnessing)
        if ('problem' in held) report(tree.line, held.problem)
        else witnessed += placed.filter(({ index }) => index < held.facts).length
      }
      for (const partition of new Set(positions.map(([of]) => of)))
        if (!known.has(partition) && witnessing) report(statement.line, `there is no checkpoint of partition ${partition}, which has facts`)
      const missing = [...newestOf(witnessing?.seen ?? []).keys()].flatMap(origin => {
        const place = readTreeOrigin(origin)
        return place && place.engine === engine && !known.has(place.partition) && isOfThese(known, place) ? [place.partition] : []
      })
      for (const partition of missing)
        report(statement.line, `there is no tree of partition ${partition}, of which the witness has seen facts`)
      // Any other problem is more specific.
      if (problems.length === 0 && given.digest('hex') !== stated.lines)
        report(statement.line, 'the lines of the proof are not those that the engine sent: one was changed, added or removed')
      const newer = leaves.length - included
      return { statement: stated, included, newer, ...(witnessing ? { witnessed } : {}), problems }
    },
  }
}

/** The order of the parts of a proof, and of partitions within a part. */
function placeOf(said: ExportProofLine): readonly [part: number, partition: number] {
  if ('tree' in said) return [0, readTreeOrigin(said.tree.checkpoint.split('\n')[0] ?? '')?.partition ?? 0]
  if ('positions' in said) return [1, 0]
  return 'inclusion' in said ? [2, said.inclusion.partition] : [3, 0]
}

/** Whether a tree is of the same ledger as the other trees of the export. True if it has no others. */
const isOfThese = (known: ReadonlyMap<number, ExportedTree>, { ledger }: { readonly ledger: number }): boolean =>
  [...known.values()].every(({ place }) => place.ledger === ledger)

/** Stores hashes in one buffer: as separate values they would take five times the memory. */
function createHashList() {
  let bytes = new Uint8Array(32 * 1024)
  let length = 0
  return {
    get length() {
      return length
    },
    push(hash: Uint8Array): void {
      if (bytes.length < (length + 1) * hash.length) {
        const grown = new Uint8Array(bytes.length * 2)
        grown.set(bytes)
        bytes = grown
      }
      bytes.set(hash, length * hash.length)
      length += 1
    },
    at: (index: number): Uint8Array => bytes.subarray(index * 32, (index + 1) * 32),
  }
}
