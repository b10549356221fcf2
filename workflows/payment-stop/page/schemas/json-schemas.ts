import type { PublishedSchemas } from '@holdfast/schemas/json-schemas'
import {
  answerSchema,
  bankMessageSchema,
  commandSchema,
  deliverySchema,
  encryptedCommands,
  encryptedFacts,
  erasedFacts,
  factSchema,
  freezeRequestSchema,
  notificationSchema,
  orderSchema,
  refusedStopCommandSchema,
  requestEventSchema,
} from '../../src/language/index.ts'
import { commandResponses } from './commands.ts'
import { institutionResponses } from './institutions.ts'
import { requestResponses } from './requests.ts'
import { workResponses } from './work.ts'

/** The compiler checks that the schemas of responses accept what the engine's types allow. */
export const paymentStopSchemas = {
  accepted: {
    'freeze-request': freezeRequestSchema,
    request: requestEventSchema,
    command: commandSchema,
    answer: answerSchema,
  },
  sent: {
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
    order: orderSchema,
    delivery: deliverySchema,
    'bank-message': bankMessageSchema,
    notification: notificationSchema,
    refusal: refusedStopCommandSchema,
  },
  responses: { ...requestResponses, ...commandResponses, ...workResponses, ...institutionResponses },
} as const satisfies PublishedSchemas
