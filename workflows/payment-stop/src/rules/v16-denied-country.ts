import type { EnforcedElsewhere } from '@holdfast/core'
import type { Rule } from './rule.ts'

export const deniedCountry: Rule = {
  id: 'V16',
  severity: 'ask',
  title: 'A request does not deny access to its own beneficiary country',
  source: 'INTERPOL Rules on the Processing of Data, Art. 58',
  check({ beneficiaryCountry, handling }) {
    const index = handling.deniedTo?.indexOf(beneficiaryCountry) ?? -1
    if (index < 0) return []
    return [
      {
        path: `/handling/deniedTo/${index}`,
        message: `${beneficiaryCountry} has to freeze, but the request denies it access: remove it from the list, or withdraw the request`,
      },
    ]
  },
}

export const visibility: EnforcedElsewhere = {
  id: 'V16',
  title: 'A country sees only requests that it sent or received, and not even the number of others',
  source: 'INTERPOL Rules on the Processing of Data, Art. 58',
  effect: 'answered as if the request did not exist (REQUEST_UNKNOWN)',
  enforcedBy: ['services/desk/src/access/access-level.ts'],
  provenBy: ['tests/journeys/the-desk.test.ts', 'tests/visibility/two-worlds.full.test.ts'],
}
