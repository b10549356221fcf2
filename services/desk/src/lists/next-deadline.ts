import type { Deadline } from '@holdfast/schemas'

/** The earliest of some deadlines, which are in their order, by which somebody has to act: the end of its retention is a date of the record. */
export const nextDeadlineOf = (deadlines: readonly Deadline[]): Deadline | undefined => deadlines.find(({ kind }) => kind !== 'retention')
