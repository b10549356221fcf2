import type { EnforcedElsewhere } from './rule.ts'

export const retention: EnforcedElsewhere = {
  id: 'V30',
  title: 'Personal data is purged when its time is over, and the chain of facts still verifies',
  source: 'INTERPOL Rules on the Processing of Data, Art. 49 to 51',
  effect: 'a deadline of its own, armed when a request ends',
  enforcedBy: ['packages/lifecycle/src/arming.ts', 'packages/profiles/src/timers.ts'],
  provenBy: ['packages/lifecycle/src/deadlines.test.ts', 'packages/profiles/src/timers.test.ts'],
  missing:
    'nothing is purged: personal data is not sealed with a key per request yet, so there is no key to destroy when the deadline comes',
}
