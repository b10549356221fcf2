import type { EnforcedElsewhere } from '@holdfast/core'

export const sums: EnforcedElsewhere = {
  id: 'V19',
  title:
    'Frozen plus moved onward never exceeds requested, and recovered plus charges never exceeds frozen, in one currency; a rate is stored, never recomputed',
  source: 'ISO 20022 pacs.004',
  effect: 'refused (AMOUNT_EXCEEDED, CURRENCY_MISMATCH), and recorded',
  enforcedBy: [
    'workflows/payment-stop/src/lifecycle/guards.ts',
    'workflows/payment-stop/src/lifecycle/amounts.ts',
    'workflows/payment-stop/src/lifecycle/refusals.ts',
  ],
  provenBy: ['workflows/payment-stop/src/lifecycle/sums.test.ts', 'workflows/payment-stop/src/lifecycle/moved-onward.test.ts'],
}
