import type { EnforcedElsewhere } from '@holdfast/core'

export const retention: EnforcedElsewhere = {
  id: 'V30',
  title:
    'After the retention period or an erasure order, the personal data of a request is unreadable, and the chain of facts still verifies',
  source: 'INTERPOL Rules on the Processing of Data, Art. 49 to 51',
  effect: 'after a retention deadline or a dual-approved order, the engine destroys the keys and records it as facts',
  enforcedBy: [
    'workflows/payment-stop/src/lifecycle/arming.ts',
    'workflows/payment-stop/src/lifecycle/erasure.ts',
    'workflows/payment-stop/src/law/timers.ts',
    'services/dispatch/src/partition/destroy-keys.ts',
  ],
  provenBy: [
    'workflows/payment-stop/src/lifecycle/deadlines.test.ts',
    'workflows/payment-stop/src/lifecycle/erasure.test.ts',
    'workflows/payment-stop/src/law/timers.test.ts',
    'tests/journeys/erased-personal-data.test.ts',
  ],
}
