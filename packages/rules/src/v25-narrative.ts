import type { EnforcedElsewhere, Rule } from './rule.ts'

export const narrative: Rule = {
  id: 'V25',
  severity: 'ask',
  title: 'A reason in words (NARR) needs the words, and a request has no place for them but the facts of the offence',
  source: 'ISO 20022 external code set, cancellation reason NARR',
  check: ({ reason }) =>
    reason === 'NARR'
      ? [{ path: '/reason', message: 'NARR says nothing by itself: give FRAD or UAPA and put the words into the facts of the offence' }]
      : [],
}

export const personalData: EnforcedElsewhere = {
  id: 'V25',
  title: 'NARR, of a rejection, a release or money that does not come back, has text of 1 to 105 characters a line',
  source: 'ISO 20022 AdditionalInformation',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['schemas/src/requests/commands.ts'],
  provenBy: ['packages/rules/src/elsewhere.test.ts'],
}
