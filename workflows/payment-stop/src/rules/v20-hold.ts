import type { EnforcedElsewhere } from '@holdfast/core'

export const hold: EnforcedElsewhere = {
  id: 'V20',
  title: 'A hold has a basis and an end, and the law of the freezing country allows that end',
  source: 'the hold periods of the law of the payment stop, each with its source',
  effect: 'refused (HOLD_TOO_LONG); a hold without an end gets the default of the country',
  enforcedBy: [
    'workflows/payment-stop/src/lifecycle/fact-of-command.ts',
    'workflows/payment-stop/src/law/holds.ts',
    'workflows/payment-stop/src/law/policy.ts',
  ],
  provenBy: [
    'workflows/payment-stop/src/lifecycle/holds.test.ts',
    'workflows/payment-stop/src/law/holds.test.ts',
    'workflows/payment-stop/src/law/hold-periods-by-law.test.ts',
  ],
}
