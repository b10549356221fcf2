import { z } from 'zod'

/** Every kind of deadline a request can have armed. */
export const deadlineKindSchema = z.enum(['holdExpiry'])
export type DeadlineKind = z.output<typeof deadlineKindSchema>
