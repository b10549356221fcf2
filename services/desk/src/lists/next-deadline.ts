import type { RunningDeadline } from '@holdfast/schemas'

/** The earliest deadline that requires an action; they are sorted. The retention deadline requires none. */
export const nextDeadlineOf = <D extends RunningDeadline>(deadlines: readonly D[]): D | undefined =>
  deadlines.find(({ kind }) => kind !== 'retention')
