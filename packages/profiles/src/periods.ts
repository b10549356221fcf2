import { z } from 'zod'

/** The longest that any law listed here knows is a year, and the longest timer five; ten years are a slip of the pen. */
const lengthMax = { minutes: 60 * 24 * 366, hours: 24 * 366, calendarDays: 3660, workingDays: 2600 } as const

/** How long, in the unit the law uses. A calendar day is 24 hours here; a working day is one of the freezing country's. */
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
