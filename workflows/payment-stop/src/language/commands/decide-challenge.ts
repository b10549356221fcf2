import { referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { releaseReasonSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { approval, arming, noteSchema } from './parts.ts'
import { authority } from './permission.ts'

const body = z.strictObject({
  decision: z.enum(['FOR_HOLDER', 'AGAINST_HOLDER']),
  reference: referenceSchema,
  note: noteSchema.optional(),
})

export const DecideChallenge = command({
  body,
  example: { decision: 'AGAINST_HOLDER', reference: 'A-3/2024' },
  allowed: [authority],
  personalData: ['/reference', '/note'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'ChallengeDecided',
})

export const ChallengeDecided = fact({
  /** `reason`: why the money is released; absent if the hold stays. */
  body: body.extend({ reason: releaseReasonSchema.extract(['CHALLENGE_UPHELD']).optional(), ...approval, ...arming }),
  requesterIsNotified: true,
  featureLevel: 2,
})
