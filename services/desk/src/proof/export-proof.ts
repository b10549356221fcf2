import { createHash } from 'node:crypto'
import { base64Of, consistencyProof, createGrowingTree, exportsNameOf, inclusionProof, writeCheckpoint } from '@holdfast/proof'
import type { Clock } from '@holdfast/runtime'
import { exportProofLine } from '@holdfast/schemas'
import type { PageQueue } from '../page-queue.ts'
import type { RequestProjection, StoredFact } from '../projection/request-projection.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import type { SignedTrees } from './sign-trees.ts'

/** What an export is proved by. */
export interface ExportProver {
  /** The lines behind the facts of one export, in the order in which `given` was told of them. */
  linesOf(given: GivenFacts, of: ProvedExport): AsyncGenerator<string, void, undefined>
}

export interface ProvedExport {
  readonly country: string
  readonly requestId?: string
  /** Sizes that somebody has seen a tree at, by its name: the export shows how it goes on from them. */
  readonly seen: ReadonlyMap<string, readonly number[]>
}

/** The facts that an export has given, by their places: 16 bytes each, so that none of them has to be read again. */
export interface GivenFacts {
  add(fact: Pick<StoredFact, 'partition' | 'leaf'>): void
  readonly places: readonly (readonly [partition: number, leaf: number])[]
}

export function createGivenFacts(): GivenFacts {
  const places: [number, number][] = []
  return { add: ({ partition, leaf }) => void places.push([partition, leaf]), places }
}

/** What is done in one turn takes some milliseconds. */
const placesOfLine = 1_000
const hashesOfLine = 250

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

  /** Everything but the statement. */
  async function* unsignedLines(
    signed: readonly (SignedCheckpoint | undefined)[],
    { places }: GivenFacts,
    { country, seen }: ProvedExport,
    ofExport: ReturnType<typeof createGrowingTree>,
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
    for (let next = 0; next < places.length; next += placesOfLine) {
      const some = places.slice(next, next + placesOfLine)
      yield await inTurn(() => {
        for (const [partition, leaf] of some) ofExport.append(views.treeNodes(partition)(0, leaf))
        return exportProofLine({ places: some.map(([partition, leaf]) => [partition, leaf]) })
      })
    }
    for (const [partition, checkpoint] of signed.entries()) {
      if (!checkpoint) continue
      const leaves = Float64Array.from(places.flatMap(([of, leaf]) => (of === partition && leaf < checkpoint.size ? [leaf] : []))).sort()
      if (leaves.length === 0) continue
      const hashes = inclusionProof(views.treeNodes(partition), checkpoint.size, leaves)
      for (;;) {
        const some = await inTurn(() => firstOf(hashes, hashesOfLine))
        if (some.length > 0) yield exportProofLine({ inclusion: { partition, proof: some.map(base64Of) } })
        if (some.length < hashesOfLine) break
      }
    }
  }

  return {
    async *linesOf(given, of) {
      const { country, requestId } = of
      await trees.signNow()
      const signed = await turns.take(country, () => Array.from({ length: partitions }, (_, partition) => trees.newest(partition)))
      const ofExport = createGrowingTree()
      const hash = createHash('sha256')
      for await (const line of unsignedLines(signed, given, of, ofExport)) {
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
      const text = writeCheckpoint({ origin: name, size: ofExport.size, root: ofExport.root(), extensions })
      yield exportProofLine({ statement: await signer.sign(text, name), key: base64Of(signer.key.publicKey) })
    },
  }
}

function firstOf(hashes: Iterator<Uint8Array>, count: number): Uint8Array[] {
  const first: Uint8Array[] = []
  for (let next = hashes.next(); !next.done; next = hashes.next()) if (first.push(next.value) === count) break
  return first
}
