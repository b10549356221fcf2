import type { EnforcedElsewhere } from '@holdfast/core'

export const extension: EnforcedElsewhere = {
  id: 'V21',
  title: 'A hold is extended before it ends, by an order that the law names, and within the legal number and total',
  source: 'UK POCA (31 days, 186 in total); Singapore (30 days, five times)',
  effect: 'refused (EXTENSION_NOT_ALLOWED)',
  enforcedBy: [
    'workflows/payment-stop/src/lifecycle/extension.ts',
    'workflows/payment-stop/src/law/extensions.ts',
    'workflows/payment-stop/src/law/policy.ts',
  ],
  provenBy: ['workflows/payment-stop/src/lifecycle/holds.test.ts', 'workflows/payment-stop/src/law/extensions.test.ts'],
}
