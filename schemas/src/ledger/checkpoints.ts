import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { parseJson, parseWith } from '../problems.ts'
import { type Result, refused } from '../result.ts'

// Checkpoints of the trees over the accepted facts are notes of c2sp.org/tlog-checkpoint. Hashes are in base64.

/** A note with its signatures has about 300 characters, and 150 more for each witness. */
const noteSchema = z.string().min(1).max(100_000)
const hashSchema = z.string().length(44)
const sizeSchema = z.int().min(0)
const partitionSchema = z.int().min(0).max(4095)

export const checkpointType = 'holdfast.checkpoint.v1'
export const checkpointSchema = eventSchema(checkpointType, z.strictObject({ checkpoint: noteSchema })).meta({
  title: 'Checkpoint',
  description: 'A record of freeze.checkpoints: the signed head of the tree over the accepted facts of one partition.',
})
export type CheckpointEvent = z.output<typeof checkpointSchema>

/** The newest checkpoints, of each partition that has a fact: `GET /v1/checkpoints`. */
export interface CheckpointList {
  /** The public key that verifies them: Ed25519, in base64. Its SHA-256 is in the origins of the trees. */
  readonly key: string
  readonly trees: readonly SignedTree[]
}

export interface SignedTree {
  readonly origin: string
  /** The number of facts. */
  readonly size: number
  /** The signed note. */
  readonly checkpoint: string
}

/** The consistency proof from a tree of `from` facts to the newest checkpoint: `GET /v1/checkpoints/proof`. */
export interface CheckpointProof {
  readonly from: number
  /** RFC 6962, 2.1.2. */
  readonly proof: readonly string[]
  readonly checkpoint: string
}

export const exportProofType = 'holdfast.export-proof.v1'
const line = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ type: z.literal(exportProofType), ...shape })

/** The lines after the facts of an export. The last one is the statement. */
export const exportProofSchema = z.union([
  /** The newest checkpoint of a partition, and consistency proofs from the requested sizes. */
  line({
    tree: z.strictObject({
      checkpoint: noteSchema,
      consistency: z.array(z.strictObject({ from: sizeSchema, proof: z.array(hashSchema).max(64) })).max(1000),
    }),
  }),
  /** The positions of the next facts of the export: partition and leaf index of each. */
  line({ positions: z.array(z.tuple([partitionSchema, sizeSchema])).max(10_000) }),
  /** The next hashes of the inclusion proofs of a partition's facts. */
  line({ inclusion: z.strictObject({ partition: partitionSchema, proof: z.array(hashSchema).max(10_000) }) }),
  /**
   * The engine's statement on the export: a signed note over the number of facts and the root of the tree over them.
   */
  line({ statement: noteSchema, key: hashSchema }),
])
export type ExportProofLine = z.output<typeof exportProofSchema>

/** Whether a line of an export belongs to its proof, by the start of the text that `exportProofLine` writes. */
export const isExportProof = (text: string): boolean => text.startsWith(`{"type":"${exportProofType}"`)

export const exportProofLine = (said: Omit<ExportProofLine, 'type'>): string => `${JSON.stringify({ type: exportProofType, ...said })}\n`

/** The error is a short description. */
export function readExportProof(text: string): Result<ExportProofLine, string> {
  const json = parseJson(text)
  const read = json.ok ? parseWith(exportProofSchema, json.value) : json
  return read.ok ? read : refused('not a line of a proof')
}
