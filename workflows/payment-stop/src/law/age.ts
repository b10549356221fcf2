import { z } from 'zod'

const hourMs = 3_600_000

/** GREEN up to 24 hours, AMBER up to 72, LATE beyond. Source: FinCEN 24 h and 72 h, FFKC 72 h. */
export const ageClassSchema = z.enum(['GREEN', 'AMBER', 'LATE'])
export type AgeClass = z.output<typeof ageClassSchema>

/** The age class of a payment. It decides how soon a request is verified, and never whether. */
export function ageClassOf(executedAt: string, at: Date): AgeClass {
  const ageMs = at.getTime() - Date.parse(executedAt)
  if (ageMs <= 24 * hourMs) return 'GREEN'
  return ageMs <= 72 * hourMs ? 'AMBER' : 'LATE'
}
