import { z } from 'zod'
import { textSchema } from '../texts/characters.ts'

/** Worst first. The worst severity among the findings decides how the request goes on. */
export const severities = ['reject', 'duplicate', 'ask', 'review', 'flag'] as const
export const severitySchema = z.enum(severities)
export type Severity = z.output<typeof severitySchema>

/**
 * A finding of a rule: `path` is a JSON pointer into the freeze request, `message` says what the requesting country has
 * to do.
 */
export const findingSchema = z.strictObject({
  rule: z.string().regex(/^V\d{2}$/),
  severity: severitySchema,
  path: z.string().max(200),
  message: textSchema(1, 500),
})
export type Finding = z.output<typeof findingSchema>

export const findingsSchema = z.array(findingSchema).max(100)
