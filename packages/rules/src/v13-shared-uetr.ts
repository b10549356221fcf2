import type { EnforcedElsewhere } from './rule.ts'

export const sharedUetr: EnforcedElsewhere = {
  id: 'V13',
  title: 'A UETR does not say by itself which request or payment is meant: unrelated payments have been seen to share one',
  source: 'public sample messages of Fedwire and CBPR+, which reuse UETRs across cases',
  effect: 'the other payment is another request, and no duplicate',
  enforcedBy: ['schemas/src/requests/payment-key.ts', 'schemas/src/ids.ts'],
  provenBy: ['packages/rules/src/assess.test.ts'],
}
