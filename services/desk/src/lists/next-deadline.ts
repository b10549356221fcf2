import type { Deadline } from '@holdfast/schemas'

/** The earliest deadline that requires an action; they are sorted. The retention deadline requires none. */
export const nextDeadlineOf = (deadlines: readonly Deadline[]): Deadline | undefined => deadlines.find(({ kind }) => kind !== 'retention')
