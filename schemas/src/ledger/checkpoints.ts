import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { parseJson, parseWith } from '../problems.ts'
import { type Result, refused } from '../result.ts'

// What is said of the trees over the facts that the ledger accepted: checkpoints are notes of c2sp.org/tlog-checkpoint, hashes are in base64.

/** A note with its signatures has some 300 characters, and 150 more for each witness. */
const noteSchema = z.string().min(1).max(100_000)
const hashSchema = z.string().length(44)
const sizeSchema = z.int().min(0)
const partitionSchema = z.int().min(0).max(4095)

export const checkpointType = 'holdfast.checkpoint.v1'
export const checkpointSchema = eventSchema(checkpointType, z.strictObject({ checkpoint: noteSchema })).meta({
  title: 'Checkpoint',
  description: 'A record of freeze.checkpoints: the signed head of the tree over the facts that the ledger has accepted in one partition.',
})
export type CheckpointEvent = z.output<typeof checkpointSchema>

/** The newest checkpoints of an engine, of each partition in which there is a fact: `GET /v1/checkpoints`. */
export interface CheckpointList {
  /** The public key by which they are verified, in base64: Ed25519. Its SHA-256 is in the names of the trees. */
  readonly key: string
  readonly trees: readonly SignedTree[]
}

export interface SignedTree {
  readonly origin: string
  /** How many facts it has. */
  readonly size: number
  /** The note. */
  readonly checkpoint: string
}

/** That the newest checkpoint of a tree goes on from one of `from` facts: `GET /v1/checkpoints/proof`. */
export interface CheckpointProof {
  readonly from: number
  /** RFC 6962, 2.1.2. */
  readonly proof: readonly string[]
  readonly checkpoint: string
}

export const exportProofType = 'holdfast.export-proof.v1'
const line = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ type: z.literal(exportProofType), ...shape })

/** What stands behind the facts of an export, a line each. The last one is the statement. */
export const exportProofSchema = z.union([
  /** The newest checkpoint of a partition, and how it goes on from others that were asked for. */
  line({
    tree: z.strictObject({
      checkpoint: noteSchema,
      consistency: z.array(z.strictObject({ from: sizeSchema, proof: z.array(hashSchema).max(64) })).max(1000),
    }),
  }),
  /** Where the next facts of the export lie: the partition of each, and which leaf of it. */
  line({ places: z.array(z.tuple([partitionSchema, sizeSchema])).max(10_000) }),
  /** The next hashes by which the facts of a partition are shown to be leaves of its tree. */
  line({ inclusion: z.strictObject({ partition: partitionSchema, proof: z.array(hashSchema).max(10_000) }) }),
  /** What the engine says of the export: a note over how many facts it holds and the root of the tree over them, in their order. */
  line({ statement: noteSchema, key: hashSchema }),
])
export type ExportProofLine = z.output<typeof exportProofSchema>

/** Whether a line of an export is one of its proof, by the beginning of its text, as `exportProofLine` writes it. */
export const isExportProof = (text: string): boolean => text.startsWith(`{"type":"${exportProofType}"`)

export const exportProofLine = (said: Omit<ExportProofLine, 'type'>): string => `${JSON.stringify({ type: exportProofType, ...said })}\n`

/** Refused with what is wrong with the line, in a few words. */
export function readExportProof(text: string): Result<ExportProofLine, string> {
  const json = parseJson(text)
  const read = json.ok ? parseWith(exportProofSchema, json.value) : json
  return read.ok ? read : refused('not a line of a proof')
}
