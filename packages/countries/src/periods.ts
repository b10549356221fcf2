import { z } from 'zod'

/** The longest period of the laws here is a year, the longest timer five years. Ten years are a typing error. */
const lengthMax = { minutes: 60 * 24 * 366, hours: 24 * 366, calendarDays: 3660, workingDays: 2600 } as const

/** A period in the unit of the law. A calendar day has 24 hours; working days are those of the freezing country. */
export const periodSchema = z
  .strictObject({
    length: z.int().min(1),
    unit: z.enum(['minutes', 'hours', 'calendarDays', 'workingDays']),
  })
  .refine(({ length, unit }) => length <= lengthMax[unit], {
    path: ['length'],
    error: 'must be at most ten years, and at most one when counted in hours or minutes',
  })
export type Period = z.output<typeof periodSchema>

export const minutes = (length: number): Period => ({ length, unit: 'minutes' })
export const hours = (length: number): Period => ({ length, unit: 'hours' })
export const calendarDays = (length: number): Period => ({ length, unit: 'calendarDays' })
export const workingDays = (length: number): Period => ({ length, unit: 'workingDays' })
