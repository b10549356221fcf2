import type { Rule } from './rule.ts'
import { ibanCheckDigits } from './v02-iban-check-digits.ts'
import { bicCountry } from './v03-bic-country.ts'
import { ibanCountry } from './v04-iban-country.ts'
import { currencyDecimals } from './v05-currency-decimals.ts'
import { requestedAmount } from './v06-requested-amount.ts'
import { countries } from './v07-countries.ts'
import { times } from './v08-times.ts'
import { age } from './v09-age.ts'
import { priority } from './v10-priority.ts'
import { references } from './v11-references.ts'
import { duplicate, linked } from './v12-duplicate.ts'
import { attestations } from './v14-attestations.ts'
import { deniedCountry } from './v16-denied-country.ts'
import { review } from './v17-review.ts'
import { reason } from './v24-reason.ts'
import { narrative } from './v25-narrative.ts'
import { hops, inheritance, parentage } from './v26-hops.ts'

/**
 * Every rule that looks at a request before it goes on, in the order in which findings are listed. The numbers that are missing
 * are rules of other places: V01 of the schema, V15 of the officers, V18 to V23 of the lifecycle, V27 and on of the engine around it.
 */
export const rules: readonly Rule[] = [
  ibanCheckDigits,
  bicCountry,
  ibanCountry,
  currencyDecimals,
  requestedAmount,
  countries,
  times,
  age,
  priority,
  references,
  duplicate,
  linked,
  attestations,
  deniedCountry,
  review,
  reason,
  narrative,
  hops,
  parentage,
  inheritance,
]
