import { createHash } from 'node:crypto'
import { base64Of, consistencyProof, createGrowingTree, exportsNameOf, inclusionProof, writeCheckpoint } from '@holdfast/proof'
import type { Clock } from '@holdfast/runtime'
import { exportProofLine } from '@holdfast/schemas'
import type { PageQueue } from '../page-queue.ts'
import type { RequestProjection, StoredFact } from '../projection/request-projection.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import type { SignedTrees } from './sign-trees.ts'

/** Builds the proof of exports. */
export interface ExportProver {
  /** The lines after the facts of an export, for facts in the order of `exported`. */
  linesOf(exported: ExportedFacts, of: ProvedExport): AsyncGenerator<string, void, undefined>
}

export interface ProvedExport {
  readonly country: string
  readonly requestId?: string
  /** Tree sizes that a witness has seen, by origin: the proof shows consistency with them. */
  readonly seen: ReadonlyMap<string, readonly number[]>
}

/** The facts of an export by partition and leaf: 16 bytes each, so that no fact is read again. */
export interface ExportedFacts {
  add(fact: Pick<StoredFact, 'partition' | 'leaf'>): void
  readonly positions: readonly (readonly [partition: number, leaf: number])[]
}

export function createExportedFacts(): ExportedFacts {
  const positions: [number, number][] = []
  return { add: ({ partition, leaf }) => void positions.push([partition, leaf]), positions }
}

/** Each turn takes some milliseconds. */
const positionsPerLine = 1_000
const hashesPerLine = 250

export function createExportProver({
  views,
  trees,
  turns,
  clock,
  partitions,
}: {
  readonly views: Pick<RequestProjection, 'treeNodes'>
  readonly trees: SignedTrees
  readonly turns: PageQueue
  readonly clock: Clock
  readonly partitions: number
}): ExportProver {
  const { signer } = trees

  /** All lines but the signed statement. */
  async function* unsignedLines(
    signed: readonly (SignedCheckpoint | undefined)[],
    { positions }: ExportedFacts,
    { country, seen }: ProvedExport,
    exportTree: ReturnType<typeof createGrowingTree>,
  ): AsyncGenerator<string, void, undefined> {
    const inTurn = <T>(work: () => T): Promise<T> => turns.take(country, work)
    for (const [partition, checkpoint] of signed.entries()) {
      if (!checkpoint) continue
      const { origin, size, note } = checkpoint
      const from = (seen.get(origin) ?? []).filter(each => each <= size)
      yield await inTurn(() =>
        exportProofLine({
          tree: {
            checkpoint: note,
            consistency: from.map(old => ({
              from: old,
              proof: consistencyProof(views.treeNodes(partition), old, size).map(base64Of),
            })),
          },
        }),
      )
    }
    for (let next = 0; next < positions.length; next += positionsPerLine) {
      const some = positions.slice(next, next + positionsPerLine)
      yield await inTurn(() => {
        for (const [partition, leaf] of some) exportTree.append(views.treeNodes(partition)(0, leaf))
        return exportProofLine({ positions: some.map(([partition, leaf]) => [partition, leaf]) })
      })
    }
    for (const [partition, checkpoint] of signed.entries()) {
      if (!checkpoint) continue
      const leaves = Float64Array.from(positions.flatMap(([of, leaf]) => (of === partition && leaf < checkpoint.size ? [leaf] : []))).sort()
      if (leaves.length === 0) continue
      const hashes = inclusionProof(views.treeNodes(partition), checkpoint.size, leaves)
      for (;;) {
        const some = await inTurn(() => firstOf(hashes, hashesPerLine))
        if (some.length > 0) yield exportProofLine({ inclusion: { partition, proof: some.map(base64Of) } })
        if (some.length < hashesPerLine) break
      }
    }
  }

  return {
    async *linesOf(exported, of) {
      const { country, requestId } = of
      await trees.signNow()
      const signed = await turns.take(country, () => Array.from({ length: partitions }, (_, partition) => trees.newest(partition)))
      const exportTree = createGrowingTree()
      const hash = createHash('sha256')
      for await (const line of unsignedLines(signed, exported, of, exportTree)) {
        hash.update(line)
        yield line
      }
      const name = exportsNameOf(signer.engine)
      const extensions = [
        `for ${country}`,
        `at ${clock.now().toISOString()}`,
        `trees ${signed.filter(Boolean).length}`,
        `lines ${hash.digest('hex')}`,
        ...(requestId === undefined ? [] : [`of ${requestId}`]),
      ]
      const text = writeCheckpoint({ origin: name, size: exportTree.size, root: exportTree.root(), extensions })
      yield exportProofLine({ statement: await signer.sign(text, name), key: base64Of(signer.key.publicKey) })
    },
  }
}

function firstOf(hashes: Iterator<Uint8Array>, count: number): Uint8Array[] {
  const first: Uint8Array[] = []
  for (let next = hashes.next(); !next.done; next = hashes.next()) if (first.push(next.value) === count) break
  return first
}
