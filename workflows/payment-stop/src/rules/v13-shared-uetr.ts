import type { EnforcedElsewhere } from '@holdfast/core'

export const sharedUetr: EnforcedElsewhere = {
  id: 'V13',
  title: 'A UETR alone does not identify a request or payment, because unrelated payments can have the same one',
  source: 'public sample messages of Fedwire and CBPR+, which reuse UETRs across cases',
  effect: 'the other payment is another request, and not a duplicate',
  enforcedBy: ['workflows/payment-stop/src/language/requests/payment-key.ts', 'schemas/src/ids.ts'],
  provenBy: ['workflows/payment-stop/src/rules/assess.test.ts'],
}
