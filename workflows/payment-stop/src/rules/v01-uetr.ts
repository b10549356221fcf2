import type { EnforcedElsewhere } from '@holdfast/core'

/** The schema refuses an invalid UETR, so no rule sees it. */
export const uetr: EnforcedElsewhere = {
  id: 'V01',
  title: 'A UETR is a UUID of version 4, in lower case',
  source: 'ISO 20022 UUIDv4Identifier',
  effect: 'refused at the endpoint (MALFORMED), with its path',
  enforcedBy: ['workflows/payment-stop/src/language/values/codes.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts'],
}
