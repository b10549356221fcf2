import { nameSchema, referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { unrecoveredReasonSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { approval, arming, isNarrative, needsText, noteSchema } from './parts.ts'
import { authority } from './permission.ts'

const body = z.strictObject({
  reason: unrecoveredReasonSchema,
  authority: nameSchema(140),
  reference: referenceSchema,
  note: noteSchema.optional(),
})

/** Frozen money that is not returned: forfeited, or its holder refused. */
export const CloseUnrecovered = command({
  body: body.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsText }),
  example: { reason: 'FORFEITED', authority: 'District Court of Dili', reference: 'C-130/2024' },
  allowed: [authority],
  personalData: ['/authority', '/reference', '/note'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'ClosedUnrecovered',
})

export const ClosedUnrecovered = fact({ body: body.extend({ ...approval, ...arming }), requesterIsNotified: true })
