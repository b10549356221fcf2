import type { Rule } from './rule.ts'

/** A request does not keep from its addressee what it wants of it. Source: INTERPOL's Rules on the Processing of Data, Art. 58. */
export const deniedCountry: Rule = {
  id: 'V16',
  severity: 'ask',
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
