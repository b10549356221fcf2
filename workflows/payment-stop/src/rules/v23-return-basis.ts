import type { EnforcedElsewhere } from '@holdfast/core'

export const returnBasis: EnforcedElsewhere = {
  id: 'V23',
  title: 'A return needs consent of the holder, an indemnity, or an order',
  source: 'camt.029 RQDA and INDM; FATF Recommendation 38',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['schemas/src/commands/initiate-return.ts', 'schemas/src/codes.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts', 'workflows/payment-stop/src/lifecycle/holds.test.ts'],
}
