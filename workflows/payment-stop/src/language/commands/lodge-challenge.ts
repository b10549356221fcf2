import { dateSchema, nameSchema, referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { noteSchema } from './parts.ts'
import { authority, institutionOrFiu } from './permission.ts'

/** The holder of the account challenges the freeze: the day, the reference, and the body that decides. */
const body = z.strictObject({
  decidingBody: nameSchema(140),
  reference: referenceSchema,
  date: dateSchema,
  note: noteSchema.optional(),
})

export const LodgeChallenge = command({
  body,
  example: { decidingBody: 'Court of Appeal of Dili', reference: 'A-3/2024', date: '2024-07-25' },
  allowed: [institutionOrFiu, authority],
  personalData: ['/decidingBody', '/reference', '/note'],
  becomes: 'ChallengeLodged',
})

export const ChallengeLodged = fact({ body, requesterIsNotified: true, featureLevel: 2 })
