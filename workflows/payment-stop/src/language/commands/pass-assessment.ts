import { z } from 'zod'
import { command } from './definition.ts'
import { assessment } from './parts.ts'
import { validation } from './permission.ts'

export const PassAssessment = command({
  body: z.strictObject(assessment),
  allowed: [validation],
  becomes: 'RequestVerified',
})
