import { findingsSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { desk, institutionOrFiu, validation } from './permission.ts'

/** Without its refinement, since a schema with one could not be extended. */
export const questionBody = z.strictObject({ findings: findingsSchema.optional(), question: noteSchema.optional() })

export const AskInformation = command({
  body: questionBody.refine(({ findings, question }) => question !== undefined || (findings?.length ?? 0) > 0, {
    path: ['question'],
    error: 'must have a question or findings',
  }),
  example: { question: 'Which of the two payments of 19 July is meant?' },
  allowed: [validation, desk, institutionOrFiu],
  personalData: ['/question'],
  signable: true,
  becomes: 'InformationRequested',
})

export const InformationRequested = fact({
  body: questionBody.extend(arming),
  requesterIsNotified: true,
  deadlines: (_data, { timers }) => timers('informationReminder', 'informationDecision'),
})
