import type { EnforcedElsewhere } from '@holdfast/core'

/**
 * Free text in any language, so only a person can judge it. A search for the account number or the creditor's name would
 * flag good requests, whose facts need not repeat other fields, and pass bad ones. So only the length is checked.
 */
export const facts: EnforcedElsewhere = {
  id: 'V15',
  title: 'The facts of the offence link the crime to the account',
  source: 'USNCB criteria for incoming requests, 6; FFKC',
  effect: 'the beneficiary country asks, or rejects as INCOMPLETE',
  enforcedBy: ['workflows/payment-stop/src/language/requests/freeze-request.ts', 'workflows/payment-stop/src/lifecycle/permissions.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts', 'workflows/payment-stop/src/lifecycle/questions.test.ts'],
}
