import { malformedQuery, sendRefusal } from '@holdfast/http'
import { base64Of, consistencyProof } from '@holdfast/proof'
import { type CheckpointList, type CheckpointProof, parseWith, type Refusal, type SignedTree } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { readerOf } from '../access/access-level.ts'
import type { PageQueue } from '../page-queue.ts'
import type { RequestProjection } from '../projection/request-projection.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import type { SignedTrees } from './sign-trees.ts'

const proofQuerySchema = z.strictObject({
  origin: z.string().min(1).max(300),
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
})

interface CheckpointWorld {
  readonly views: Pick<RequestProjection, 'treeSize' | 'treeNodes'>
  readonly turns: PageQueue
  /** The partitions of the ledger. */
  readonly partitions: number
}

/** A witness that has seen a larger tree at another desk would take this for a truncated ledger. */
const behind: Refusal = {
  code: 'UNAVAILABLE',
  message: 'This desk has not read all signed facts yet. Ask again.',
  retryAfterMs: 2_000,
}

/**
 * For witnesses. `GET /v1/checkpoints` returns the newest checkpoint of each partition. `GET /v1/checkpoints/proof`
 * proves consistency with an older one. A checkpoint reveals the number of facts in a partition, of all countries
 * together, and nothing else.
 */
export function getCheckpoints({ http }: ServiceContext, { views, turns, partitions }: CheckpointWorld, trees: SignedTrees): void {
  const newest = (): SignedCheckpoint[] => Array.from({ length: partitions }, (_, partition) => trees.newest(partition) ?? []).flat()
  const partitionOf = (origin: string): number =>
    Array.from({ length: partitions }, (_, partition) => trees.signer.originOf(partition)).indexOf(origin)

  http.get('/v1/checkpoints', async (request, reply) => {
    const { audience } = readerOf(request)
    const isUnsigned = Array.from({ length: partitions }, (_, partition) => partition).some(
      partition => views.treeSize(partition) > 0 && !trees.newest(partition),
    )
    // In its first minute an engine has no checkpoint yet.
    if (isUnsigned) await trees.signNow()
    if (!(await trees.catchUp())) return sendRefusal(reply, behind)
    const signed = await turns.take(audience, newest)
    return reply.send({
      key: base64Of(trees.signer.key.publicKey),
      trees: signed.map(({ origin, size, note }): SignedTree => ({ origin, size, checkpoint: note })),
    } satisfies CheckpointList)
  })

  http.get('/v1/checkpoints/proof', { config: { takesQuery: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const query = parseWith(proofQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { origin, from } = query.value
    const partition = partitionOf(origin)
    if (!(await trees.catchUp())) return sendRefusal(reply, behind)
    const proof = await turns.take(audience, (): CheckpointProof | undefined => {
      const signed = partition < 0 ? undefined : trees.newest(partition)
      if (!signed || from > signed.size) return undefined
      return { from, proof: consistencyProof(views.treeNodes(partition), from, signed.size).map(base64Of), checkpoint: signed.note }
    })
    if (proof) return reply.send(proof)
    return sendRefusal(reply, {
      code: 'NOT_FOUND',
      message: `This engine has signed no checkpoint of ${origin} with ${from} facts or more.`,
    })
  })
}
