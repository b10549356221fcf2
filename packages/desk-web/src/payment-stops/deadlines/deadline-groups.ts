import type { Deadline } from '@holdfast/payment-stop/language'

/** A deadline, and the warnings before it. */
export interface DeadlineGroup {
  readonly deadline: Deadline
  readonly warnings: readonly Deadline[]
}

/**
 * Groups each end of a hold with its warnings, so that no reader mistakes a warning for the end; sorted by the
 * earliest. A warning without its end is a group of its own.
 */
export function groupsOf(deadlines: readonly Deadline[]): readonly DeadlineGroup[] {
  const groups = new Map<string, { deadline: Deadline; warnings: Deadline[] }>()
  for (const each of deadlines) {
    const { kind, about } = each
    const warnsOf = kind === 'holdWarning' ? about : undefined
    const deadline: Deadline = warnsOf ? { kind: 'holdExpiry', dueAt: warnsOf } : each
    const name = `${deadline.kind} ${deadline.dueAt}`
    const group = groups.get(name) ?? { deadline, warnings: [] }
    groups.set(name, group)
    if (warnsOf) group.warnings.push(each)
  }
  return [...groups.values()]
}

/** The next deadline that requires an action. The retention deadline requires none. */
export const nextGroup = (deadlines: readonly Deadline[]): DeadlineGroup | undefined =>
  groupsOf(deadlines.filter(({ kind }) => kind !== 'retention'))[0]
