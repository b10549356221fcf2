import { z } from 'zod'
import { command, fact } from './definition.ts'
import { assessment } from './parts.ts'
import { validation } from './permission.ts'

/** 1 only if the country's policy allows one officer; otherwise 2. */
const body = z.strictObject({ ...assessment, officers: z.int().min(1).max(2).optional() })

export const SendToReview = command({ body, allowed: [validation], becomes: 'ReviewRequested' })

export const ReviewRequested = fact({ body, requesterIsNotified: true })
