import { actorSchema, findingsSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { desk } from './permission.ts'

export const ApproveVerification = command({
  body: z.strictObject({ note: noteSchema.optional() }),
  example: {},
  allowed: [desk],
  personalData: ['/note'],
  becomes: 'RequestVerified',
})

/** By the rules alone, or by one or two officers after a review. */
export const RequestVerified = fact({
  body: z.strictObject({
    findings: findingsSchema,
    note: noteSchema.optional(),
    proposedBy: actorSchema.optional(),
    ...arming,
  }),
  requesterIsNotified: true,
  deadlines: (_data, { timers }) => timers('acknowledge', 'acknowledgeEscalation', 'interimAnswer', 'execute', 'executeHard'),
})
