import type { EnforcedElsewhere, Rule } from './rule.ts'

export const deniedCountry: Rule = {
  id: 'V16',
  severity: 'ask',
  title: 'A request does not keep from its addressee what it wants of it',
  source: 'INTERPOL Rules on the Processing of Data, Art. 58',
  check({ beneficiaryCountry, handling }) {
    const index = handling.deniedTo?.indexOf(beneficiaryCountry) ?? -1
    if (index < 0) return []
    return [
      {
        path: `/handling/deniedTo/${index}`,
        message: `${beneficiaryCountry} is asked to freeze and is denied the request at once: take it from the list, or withdraw the request`,
      },
    ]
  },
}

export const visibility: EnforcedElsewhere = {
  id: 'V16',
  title: 'A country sees what it sent or what is addressed to it, and of the rest not even a count',
  source: 'INTERPOL Rules on the Processing of Data, Art. 58',
  effect: 'answered as if it were not there (REQUEST_UNKNOWN)',
  enforcedBy: ['services/desk/src/access/access-level.ts'],
  provenBy: ['tests/journeys/the-desk.test.ts', 'tests/visibility/two-worlds.full.test.ts'],
}
