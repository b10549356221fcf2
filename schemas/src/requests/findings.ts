import { z } from 'zod'
import { textSchema } from '../texts/characters.ts'

/** Worst first: the worst severity among the findings decides what becomes of the request. */
export const severities = ['reject', 'duplicate', 'ask', 'review', 'flag'] as const
export const severitySchema = z.enum(severities)
export type Severity = z.output<typeof severitySchema>

/** What a rule found: the path is a JSON Pointer into the freeze request, the message tells the requester what to do. */
export const findingSchema = z.strictObject({
  rule: z.string().regex(/^V\d{2}$/),
  severity: severitySchema,
  path: z.string().max(200),
  message: textSchema(1, 500),
})
export type Finding = z.output<typeof findingSchema>

export const findingsSchema = z.array(findingSchema).max(100)
