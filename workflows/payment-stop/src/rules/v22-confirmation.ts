import type { EnforcedElsewhere } from '@holdfast/core'

export const confirmation: EnforcedElsewhere = {
  id: 'V22',
  title: 'A confirmation names its instrument, authority, reference and date',
  source: 'Regulation (EU) 2018/1805, freezing certificate',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['workflows/payment-stop/src/language/commands/confirm-freeze.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts', 'workflows/payment-stop/src/lifecycle/holds.test.ts'],
}
