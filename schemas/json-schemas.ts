import { z } from 'zod'
import { printJson } from '../docs/print-json.ts'
import { describeFields, type SchemaNode } from './describe-fields.ts'
import { engineResponses } from './engine-responses.ts'
import type { Responses } from './response-parts.ts'
import { shareFields } from './share-fields.ts'
import { encryptedWorkEvents } from './src/desk/encrypted-work.ts'
import { workEventSchema } from './src/desk/work-events.ts'
import { checkpointSchema, exportProofSchema } from './src/ledger/checkpoints.ts'
import { featureLevelRaisedSchema } from './src/ledger/feature-levels.ts'
import { partitionsSchema } from './src/ledger/partitions.ts'
import { deadLetterSchema } from './src/operating/dead-letters.ts'
import { dispatchedSchema } from './src/operating/dispatched.ts'
import { endedSessionSchema } from './src/operating/ended-sessions.ts'
import { parkedSchema } from './src/operating/parked.ts'
import { statusSchema } from './src/operating/status.ts'

export { eachField, hasOwnExample, type SchemaNode } from './describe-fields.ts'
export { count, type Fits, nextCursor, type Responses, text } from './response-parts.ts'

/** What is published, by file name. The name of a published schema does not change. */
export interface PublishedSchemas {
  /** What the engine accepts. The schemas are closed, so that the engine refuses a misspelt member. */
  readonly accepted: Readonly<Record<string, z.ZodType>>
  /** What the engine sends or stores. The schemas are open, because members may be added. */
  readonly sent: Readonly<Record<string, z.ZodType>>
  /** Bodies of HTTP responses, for clients. The engine does not check its responses against them. */
  readonly responses: Responses
}

/** What every engine sends, whatever its workflows. */
export const engineSchemas = {
  accepted: {},
  sent: {
    level: featureLevelRaisedSchema,
    'dead-letter': deadLetterSchema,
    parked: parkedSchema,
    dispatched: dispatchedSchema,
    partitions: partitionsSchema,
    status: statusSchema,
    'ended-session': endedSessionSchema,
    work: workEventSchema,
    'encrypted-notes': encryptedWorkEvents().meta({
      title: 'Encrypted work event',
      description: 'A record of freeze.work.<cc> with encrypted personal data, as it is stored.',
    }),
    checkpoint: checkpointSchema,
    'export-proof': exportProofSchema.meta({
      title: 'Line of an export’s proof',
      description: 'A line after the facts of GET /v1/stream with application/x-ndjson; proof=tree.',
    }),
  },
  responses: engineResponses,
} as const satisfies PublishedSchemas

/**
 * The JSON Schemas (2020-12) of everything published, by file name. The same sources give the same bytes.
 * JSON Schema cannot say that an amount is more than zero, or that a text is well-formed Unicode.
 */
export const jsonSchemasOf = ({ accepted, sent, responses }: PublishedSchemas): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(accepted).map(([name, schema]) => fileOf(name, schema, 'closed')),
    ...Object.entries(sent).map(([name, schema]) => fileOf(name, schema, 'open')),
    ...Object.entries(responses).map(([name, [schema, title, description]]) => fileOf(name, schema.meta({ title, description }), 'open')),
  ])

function fileOf(name: string, schema: z.ZodType, form: 'closed' | 'open'): [file: string, text: string] {
  // Senders may leave out a member that has a default.
  const { $schema, title, description, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (form === 'open' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  describeFields(rest as SchemaNode)
  const $id = `urn:holdfast:schema:${name}:v1`
  return [`${name}.schema.json`, `${printJson({ $schema, $id, title, description, ...shareFields(rest as SchemaNode) })}\n`]
}
