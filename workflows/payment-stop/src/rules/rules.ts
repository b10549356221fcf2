import type { EnforcedElsewhere } from '@holdfast/core'
import type { Rule } from './rule.ts'
import { uetr } from './v01-uetr.ts'
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
import { sharedUetr } from './v13-shared-uetr.ts'
import { attestations } from './v14-attestations.ts'
import { facts } from './v15-facts.ts'
import { deniedCountry, visibility } from './v16-denied-country.ts'
import { dualApproval, review } from './v17-review.ts'
import { permissions } from './v18-permissions.ts'
import { sums } from './v19-sums.ts'
import { hold } from './v20-hold.ts'
import { extension } from './v21-extension.ts'
import { confirmation } from './v22-confirmation.ts'
import { returnBasis } from './v23-return-basis.ts'
import { reason, rejectionCode } from './v24-reason.ts'
import { narrative, personalData } from './v25-narrative.ts'
import { followed, hops, inheritance, parentage } from './v26-hops.ts'
import { idempotency } from './v27-idempotency.ts'
import { tippingOff } from './v28-tipping-off.ts'
import { outcome } from './v29-outcome.ts'
import { retention } from './v30-retention.ts'

/**
 * All rules from V01 to V30, by number: rules on requests, and rules that other code enforces. Some numbers have
 * several.
 */
export const ruleBook: ReadonlyArray<Rule | EnforcedElsewhere> = [
  uetr,
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
  sharedUetr,
  attestations,
  facts,
  deniedCountry,
  visibility,
  review,
  dualApproval,
  permissions,
  sums,
  hold,
  extension,
  confirmation,
  returnBasis,
  reason,
  rejectionCode,
  narrative,
  personalData,
  hops,
  parentage,
  inheritance,
  followed,
  idempotency,
  tippingOff,
  outcome,
  retention,
]

/** The rules on requests, in the order in which findings are listed. */
export const rules: readonly Rule[] = ruleBook.filter(rule => 'check' in rule)
