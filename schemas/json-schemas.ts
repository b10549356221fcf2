import { z } from 'zod'
import { printJson } from '../docs/print-json.ts'
import { describeFields, type SchemaNode } from './describe-fields.ts'
import { responseSchemas } from './responses/responses.ts'
import { shareFields } from './share-fields.ts'
import { encryptedWorkEvents } from './src/desk/encrypted-work.ts'
import { workEventSchema } from './src/desk/work-events.ts'
import { commandSchema } from './src/events/commands.ts'
import { encryptedCommands } from './src/events/encrypted-commands.ts'
import { encryptedFacts, erasedFacts } from './src/events/encrypted-facts.ts'
import { factSchema } from './src/events/facts.ts'
import { checkpointSchema, exportProofSchema } from './src/ledger/checkpoints.ts'
import { featureLevelRaisedSchema } from './src/ledger/feature-levels.ts'
import { partitionsSchema } from './src/ledger/partitions.ts'
import { refusedCommandSchema } from './src/ledger/refused-commands.ts'
import { deadLetterSchema } from './src/operating/dead-letters.ts'
import { dispatchedSchema } from './src/operating/dispatched.ts'
import { endedSessionSchema } from './src/operating/ended-sessions.ts'
import { parkedSchema } from './src/operating/parked.ts'
import { statusSchema } from './src/operating/status.ts'
import { answerSchema } from './src/orders/answers.ts'
import { bankMessageSchema } from './src/orders/bank-messages.ts'
import { deliverySchema } from './src/orders/deliveries.ts'
import { notificationSchema } from './src/orders/notifications.ts'
import { orderSchema } from './src/orders/orders.ts'
import { freezeRequestSchema } from './src/requests/freeze-request.ts'
import { requestEventSchema } from './src/requests/requests.ts'

/** What the engine accepts, by file name. The schemas are closed, so that the engine refuses a misspelt member. */
const accepted = {
  'freeze-request': freezeRequestSchema,
  request: requestEventSchema,
  command: commandSchema,
  answer: answerSchema,
} as const satisfies Record<string, z.ZodType>

/**
 * What the engine sends or stores. The schemas are open, because members may be added. The name of a published schema
 * does not change.
 */
const sent = {
  'encrypted-command': encryptedCommands().meta({
    title: 'Encrypted command',
    description: 'A record of freeze.commands with encrypted personal data.',
  }),
  fact: factSchema,
  'encrypted-fact': encryptedFacts().meta({
    title: 'Encrypted fact',
    description: 'A record of freeze.ledger with encrypted personal data, as it is stored.',
  }),
  'erased-fact': erasedFacts().meta({
    title: 'Erased fact',
    description: 'A fact after its keys were destroyed: its personal data cannot be read, and its hash still verifies.',
  }),
  refusal: refusedCommandSchema,
  level: featureLevelRaisedSchema,
  order: orderSchema,
  delivery: deliverySchema,
  'bank-message': bankMessageSchema,
  notification: notificationSchema,
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
  ...Object.fromEntries(
    Object.entries(responseSchemas).map(([name, [schema, title, description]]) => [
      name,
      (schema as z.ZodType).meta({ title, description }),
    ]),
  ),
} as const satisfies Record<string, z.ZodType>

/**
 * The JSON Schemas (2020-12) of everything published, by file name. The same sources give the same bytes.
 * JSON Schema cannot say that an amount is more than zero, or that a text is well-formed Unicode.
 */
export const jsonSchemas = (): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(accepted).map(([name, schema]) => fileOf(name, schema, 'closed')),
    ...Object.entries(sent).map(([name, schema]) => fileOf(name, schema, 'open')),
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
