import { z } from 'zod'
import { command, fact } from './definition.ts'
import { noteSchema } from './parts.ts'
import { desk } from './permission.ts'

const body = z.strictObject({ note: noteSchema.optional() })

export const ProposeVerification = command({
  body,
  example: { note: 'The account is held by a resident' },
  allowed: [desk],
  personalData: ['/note'],
  mayUseReservedQuota: true,
  becomes: 'VerificationProposed',
})

export const VerificationProposed = fact({ body })
