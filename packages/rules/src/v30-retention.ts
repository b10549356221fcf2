import type { EnforcedElsewhere } from './rule.ts'

export const retention: EnforcedElsewhere = {
  id: 'V30',
  title:
    'After the retention period or an erasure order, the personal data of a request can no longer be read, and the chain of facts still verifies',
  source: 'INTERPOL Rules on the Processing of Data, Art. 49 to 51',
  effect:
    'a retention deadline from the end of a request; then, or after a dual-approved order, the engine destroys its keys and records intent, destruction and confirmation as facts',
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
