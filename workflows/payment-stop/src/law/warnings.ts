import { textSchema } from '@holdfast/schemas'
import { z } from 'zod'

const hourMs = 3_600_000

/** When both countries are warned of the end of a hold. */
export const warningRuleSchema = z.strictObject({
  /** After half of its time. */
  atHalfTime: z.boolean(),
  /** And these numbers of hours before its end. */
  hoursBefore: z.array(z.int().min(1).max(720)).max(10),
  source: textSchema(1, 200),
})
export type WarningRule = z.output<typeof warningRuleSchema>

export const defaultWarnings: WarningRule = {
  atHalfTime: true,
  hoursBefore: [24, 4],
  source: 'practice of this engine: a court needs a day, a duty officer some hours',
}

/**
 * The instants of a hold's warnings, earliest first. Those before its start are left out, so a short hold has fewer.
 */
export function warningsOf(rule: WarningRule, from: Date, expiresAt: Date): readonly Date[] {
  const [start, end] = [from.getTime(), expiresAt.getTime()]
  const half = rule.atHalfTime ? [start + Math.floor((end - start) / 2)] : []
  const instants = new Set([...half, ...rule.hoursBefore.map(hours => end - hours * hourMs)])
  return [...instants]
    .filter(at => at > start)
    .sort((a, b) => a - b)
    .map(at => new Date(at))
}
