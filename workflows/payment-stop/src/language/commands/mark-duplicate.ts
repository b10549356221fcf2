import { requestIdSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, assessment } from './parts.ts'
import { validation } from './permission.ts'

const body = z.strictObject({ standingRequestId: requestIdSchema, ...assessment })

export const MarkDuplicate = command({ body, allowed: [validation], becomes: 'DuplicateDetected' })

export const DuplicateDetected = fact({ body: body.extend(arming), requesterIsNotified: true })
