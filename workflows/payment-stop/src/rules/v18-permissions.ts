import type { EnforcedElsewhere } from '@holdfast/core'

/** Every command has its party and roles. */
export const permissions: EnforcedElsewhere = {
  id: 'V18',
  title: 'Only the beneficiary country freezes, only the requesting country withdraws, only the clock lets a hold expire',
  source: 'national powers: each country acts under its own law',
  effect: 'refused (NOT_PERMITTED), and recorded if the sender takes part in the request',
  enforcedBy: ['workflows/payment-stop/src/lifecycle/permissions.ts'],
  provenBy: ['workflows/payment-stop/src/lifecycle/permissions.test.ts'],
}
