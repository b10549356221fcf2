import type { EnforcedElsewhere } from '@holdfast/core'

export const outcome: EnforcedElsewhere = {
  id: 'V29',
  title: 'The requesting country receives the outcome of its request: the amounts, the end and its reason',
  source: 'FFKC; Regulation (EU) 2018/1805 Art. 7(2)',
  effect: 'an outcome in the view of every ended request, and as a notification',
  enforcedBy: [
    'workflows/payment-stop/src/lifecycle/outcome.ts',
    'workflows/payment-stop/src/language/requests/outcomes.ts',
    'workflows/payment-stop/src/dispatching/notifications.ts',
  ],
  provenBy: ['workflows/payment-stop/src/lifecycle/outcome.test.ts'],
}
