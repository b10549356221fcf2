import type { Rule } from './rule.ts'

/** A reason given in words needs the words, and this document has no place for them but the facts. Source: ISO 20022 additional information. */
export const narrative: Rule = {
  id: 'V25',
  severity: 'ask',
  source: 'ISO 20022 external code set, cancellation reason NARR',
  check: ({ reason }) =>
    reason === 'NARR'
      ? [{ path: '/reason', message: 'NARR says nothing by itself: give FRAD or UAPA and put the words into the facts of the offence' }]
      : [],
}
