import type { MemberRole } from '@holdfast/schemas'

/** The one of two persons of a side that gives something first, or the one who agrees. */
export type Nth = 'first' | 'second'

/** Made up, and no ordinals: a history says "proposed by" in front of them. */
const handles: Readonly<Record<MemberRole, Readonly<Record<Nth, string>>>> = {
  system: { first: 'case-system', second: 'case-system-2' },
  officer: { first: 'd.lee', second: 'm.sato' },
  institution: { first: 'r.cole', second: 's.hart' },
  fiu: { first: 'p.nair', second: 'l.quinn' },
  authority: { first: 'j.ross', second: 't.vale' },
}

/** What a person of a side is called in the story, in every country. */
export const handleOf = (role: MemberRole, nth: Nth): string => handles[role][nth]
