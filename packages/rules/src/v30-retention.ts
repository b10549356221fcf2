import type { EnforcedElsewhere } from '@holdfast/core'

export const retention: EnforcedElsewhere = {
  id: 'V30',
  title:
    'After the retention period or an erasure order, the personal data of a request is unreadable, and the chain of facts still verifies',
  source: 'INTERPOL Rules on the Processing of Data, Art. 49 to 51',
  effect: 'after a retention deadline or a dual-approved order, the engine destroys the keys and records it as facts',
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
