import { nameSchema, referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { releaseReasonSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { approval, arming, isNarrative, needsText, noteSchema } from './parts.ts'
import { authority } from './permission.ts'

const body = z.strictObject({
  reason: releaseReasonSchema,
  authority: nameSchema(140).optional(),
  reference: referenceSchema.optional(),
  note: noteSchema.optional(),
})

export const Release = command({
  body: body.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsText }),
  example: { reason: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-121/2024' },
  allowed: [authority],
  personalData: ['/authority', '/reference', '/note'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'FreezeReleased',
})

export const FreezeReleased = fact({ body: body.extend({ ...approval, ...arming }), requesterIsNotified: true })
