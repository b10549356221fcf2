import { type ActionList, type CommandOutcome, instantSchema, refusalCodeSchema } from '@holdfast/schemas'
import { type Fits, type Responses, text } from '@holdfast/schemas/json-schemas'
import { z } from 'zod'
import type { PaymentStopTypes } from '../../src/language/index.ts'
import { commandName } from './parts.ts'
import { requestView } from './requests.ts'

const commandOutcome = z.strictObject({
  commandId: text,
  outcome: z.enum(['applied', 'proposed', 'pending']),
  view: requestView.optional(),
})

const actionList = z.strictObject({
  sequence: z.int().min(1),
  actions: z
    .array(
      z.discriminatedUnion('may', [
        z.strictObject({
          command: commandName,
          schema: text,
          may: z.literal(true),
          needsApproval: z.boolean(),
          second: z.strictObject({ sequence: z.int().min(1), proposedBy: text, at: instantSchema, data: z.unknown() }).optional(),
        }),
        z.strictObject({ command: commandName, schema: text, may: z.literal(false), code: refusalCodeSchema, message: text }),
      ]),
    )
    .readonly(),
})

export const commandResponses = {
  'command-outcome': [commandOutcome, 'Outcome of a command', 'What POST /v1/requests/ID/commands answers.'],
  'action-list': [actionList, 'Actions', 'What GET /v1/requests/ID/actions answers.'],
} as const satisfies Responses

void {
  outcome: true satisfies Fits<CommandOutcome<PaymentStopTypes>, typeof commandOutcome>,
  actions: true satisfies Fits<ActionList<PaymentStopTypes>, typeof actionList>,
}
