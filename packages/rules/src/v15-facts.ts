import type { EnforcedElsewhere } from './rule.ts'

/**
 * Free text in any language: whether it links anything is for a person to say. Looking for the account's number or the creditor's name in it would flag good requests,
 * whose facts need not repeat what other fields say, and pass bad ones that do. So only its length is checked, at the door.
 */
export const facts: EnforcedElsewhere = {
  id: 'V15',
  title: 'The facts of the offence link the crime with the account',
  source: 'USNCB criteria for incoming requests, 6; FFKC',
  effect: 'the beneficiary side asks, or rejects as INCOMPLETE',
  enforcedBy: ['schemas/src/requests/freeze-request.ts', 'packages/lifecycle/src/permissions.ts'],
  provenBy: ['packages/rules/src/elsewhere.test.ts', 'packages/lifecycle/src/questions.test.ts'],
}
