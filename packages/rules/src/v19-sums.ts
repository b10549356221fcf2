import type { EnforcedElsewhere } from '@holdfast/core'

export const sums: EnforcedElsewhere = {
  id: 'V19',
  title:
    'Frozen plus moved onward never exceeds requested, and recovered plus charges never exceeds frozen, in one currency; a rate is stored, never recomputed',
  source: 'ISO 20022 pacs.004',
  effect: 'refused (AMOUNT_EXCEEDED, CURRENCY_MISMATCH), and recorded',
  enforcedBy: ['packages/lifecycle/src/guards.ts', 'packages/lifecycle/src/amounts.ts', 'packages/lifecycle/src/refusals.ts'],
  provenBy: ['packages/lifecycle/src/sums.test.ts', 'packages/lifecycle/src/moved-onward.test.ts'],
}
