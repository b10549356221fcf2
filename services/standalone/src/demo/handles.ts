import type { MemberRole } from '@holdfast/schemas'

/** The officer who proposes an action, or the one who approves it. */
export type Nth = 'first' | 'second'

/** Invented names without ordinals, because histories show them after "proposed by". */
const handles: Readonly<Record<MemberRole, Readonly<Record<Nth, string>>>> = {
  system: { first: 'case-system', second: 'case-system-2' },
  officer: { first: 'd.lee', second: 'm.sato' },
  institution: { first: 'r.cole', second: 's.hart' },
  fiu: { first: 'p.nair', second: 'l.quinn' },
  authority: { first: 'j.ross', second: 't.vale' },
}

/** The name of an officer of a member role, in every country. */
export const handleOf = (role: MemberRole, nth: Nth): string => handles[role][nth]
