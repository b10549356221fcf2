import { z } from 'zod'
import { answerSchema } from './src/answers.ts'
import { bankMessageSchema } from './src/bank-messages.ts'
import { checkpointSchema } from './src/checkpoints.ts'
import { commandSchema } from './src/commands.ts'
import { deadLetterSchema } from './src/dead-letters.ts'
import { deliverySchema } from './src/deliveries.ts'
import { dispatchedSchema } from './src/dispatched.ts'
import { factSchema } from './src/facts.ts'
import { freezeRequestSchema } from './src/freeze-request.ts'
import { levelRaisedSchema } from './src/ledger-levels.ts'
import { noticeSchema } from './src/notices.ts'
import { orderSchema } from './src/orders.ts'
import { parkedSchema } from './src/parked.ts'
import { partitionsSchema } from './src/partitions.ts'
import { refusedCommandSchema } from './src/refused-commands.ts'
import { requestEventSchema } from './src/requests.ts'
import { sealedCommands } from './src/sealed-commands.ts'
import { sealedFacts } from './src/sealed-facts.ts'
import { sealedWorkEvents } from './src/sealed-work.ts'
import { statusSchema } from './src/status.ts'
import { workEventSchema } from './src/work-events.ts'

/** What others read or write, by the name of its file. The name of a published schema does not change. */
const published = {
  'freeze-request': freezeRequestSchema,
  request: requestEventSchema,
  command: commandSchema,
  'sealed-command': sealedCommands().meta({
    title: 'Sealed command',
    description: 'A record of freeze.commands whose words are in a block.',
  }),
  fact: factSchema,
  'sealed-fact': sealedFacts().meta({
    title: 'Sealed fact',
    description: 'A record of freeze.ledger whose words are in a block, as it is stored.',
  }),
  refusal: refusedCommandSchema,
  level: levelRaisedSchema,
  order: orderSchema,
  delivery: deliverySchema,
  answer: answerSchema,
  'bank-message': bankMessageSchema,
  notice: noticeSchema,
  'dead-letter': deadLetterSchema,
  parked: parkedSchema,
  dispatched: dispatchedSchema,
  partitions: partitionsSchema,
  status: statusSchema,
  work: workEventSchema,
  'sealed-work': sealedWorkEvents().meta({
    title: 'Sealed work event',
    description: 'A record of freeze.work.<cc> whose words are in a block, as it is stored.',
  }),
  checkpoint: checkpointSchema,
} as const satisfies Record<string, z.ZodType>

/**
 * The JSON Schemas (2020-12) of everything published, as file names and texts; the same sources give the same bytes.
 * They say less than the sources where JSON Schema can't: that an amount is more than zero, or a text well-formed Unicode.
 */
export const jsonSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(published).map(([name, schema]) => {
      // A sender's view: what may be left out may be left out. What has a name of its own, as what each of 40 facts led to, stands there once.
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        target: 'draft-2020-12',
        io: 'input',
        override: ({ jsonSchema }) => void delete jsonSchema.id,
      })
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, $id: `urn:holdfast:schema:${name}:v1`, ...rest }, null, 2)}\n`]
    }),
  )
