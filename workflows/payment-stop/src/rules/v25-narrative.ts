import type { EnforcedElsewhere } from '@holdfast/core'
import type { Rule } from './rule.ts'

export const narrative: Rule = {
  id: 'V25',
  severity: 'ask',
  title: 'The reason NARR needs a text, and a request has no field for it other than the facts of the offence',
  source: 'ISO 20022 external code set, cancellation reason NARR',
  check: ({ reason }) =>
    reason === 'NARR'
      ? [{ path: '/reason', message: 'NARR alone is not a reason: give FRAD or UAPA and put the text into the facts of the offence' }]
      : [],
}

export const personalData: EnforcedElsewhere = {
  id: 'V25',
  title: 'NARR for a rejection, a release or unrecovered money has a text with lines of 1 to 105 characters',
  source: 'ISO 20022 AdditionalInformation',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['workflows/payment-stop/src/language/commands/parts.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts'],
}
