import type { EnforcedElsewhere } from './rule.ts'

/** A request that says it wrongly has not the shape of one, so no rule sees it. */
export const uetr: EnforcedElsewhere = {
  id: 'V01',
  title: 'A UETR is a UUID of version 4, in lower case',
  source: 'ISO 20022 UUIDv4Identifier',
  effect: 'refused at the door (MALFORMED), with its path',
  enforcedBy: ['schemas/src/codes.ts'],
  provenBy: ['packages/rules/src/elsewhere.test.ts'],
}
