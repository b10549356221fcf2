import type { Deadline } from '@holdfast/schemas'

/** A deadline, and the warnings that come before it. */
export interface DeadlineGroup {
  readonly deadline: Deadline
  readonly warnings: readonly Deadline[]
}

/** Each end of a hold with what warns of it, so that nobody takes a warning for the end; in the order of what comes first. A warning that does not say of which end it is stands by itself. */
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

/** What somebody has to act on next. That what has ended is kept for years is nothing that anybody waits for. */
export const nextGroup = (deadlines: readonly Deadline[]): DeadlineGroup | undefined =>
  groupsOf(deadlines.filter(({ kind }) => kind !== 'retention'))[0]
