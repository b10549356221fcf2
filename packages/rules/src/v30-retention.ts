import type { EnforcedElsewhere } from './rule.ts'

export const retention: EnforcedElsewhere = {
  id: 'V30',
  title:
    'What was said of a request can not be read by anybody when its time is over, or an authority has ordered it, and the chain of facts still verifies',
  source: 'INTERPOL Rules on the Processing of Data, Art. 49 to 51',
  effect:
    'a deadline of its own, armed when a request ends; with sealed words the keys of the request are destroyed then, or when two persons order it: what is meant, done and confirmed is a fact each',
  enforcedBy: [
    'packages/lifecycle/src/arming.ts',
    'packages/lifecycle/src/erasure.ts',
    'packages/profiles/src/timers.ts',
    'services/dispatch/src/partition/destroy-keys.ts',
  ],
  provenBy: [
    'packages/lifecycle/src/deadlines.test.ts',
    'packages/lifecycle/src/erasure.test.ts',
    'packages/profiles/src/timers.test.ts',
    'tests/journeys/erased-personal-data.test.ts',
  ],
}
