import type { EnforcedElsewhere } from './rule.ts'

/** What an institution then does is out of the engine’s sight. */
export const tippingOff: EnforcedElsewhere = {
  id: 'V28',
  title: 'The account holder is told nothing while the request says so',
  source: 'CBUAE, freezing without prior notice to the owner; auth.001 confidentiality status',
  effect: 'every order says whether the holder may know; the engine itself writes to countries and institutions only',
  enforcedBy: ['schemas/src/orders/orders.ts', 'services/dispatch/src/orders/order-of-fact.ts'],
  provenBy: ['tests/journeys/a-request.test.ts'],
}
