import type { EnforcedElsewhere } from '@holdfast/core'

/** The engine cannot control what an institution does with an order. */
export const tippingOff: EnforcedElsewhere = {
  id: 'V28',
  title: 'No institution notifies the account holder while the request forbids it',
  source: 'CBUAE, freezing without informing the owner first; auth.001 confidentiality status',
  effect: 'every order states whether the holder may be notified; the engine writes only to countries and institutions',
  enforcedBy: ['workflows/payment-stop/src/language/orders/orders.ts', 'workflows/payment-stop/src/dispatching/orders.ts'],
  provenBy: ['tests/journeys/a-request.test.ts'],
}
