import type { EnforcedElsewhere } from '@holdfast/core'

export const returnBasis: EnforcedElsewhere = {
  id: 'V23',
  title: 'A return needs consent of the holder, an indemnity, or an order',
  source: 'camt.029 RQDA and INDM; FATF Recommendation 38',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['workflows/payment-stop/src/language/commands/initiate-return.ts', 'workflows/payment-stop/src/language/values/codes.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts', 'workflows/payment-stop/src/lifecycle/holds.test.ts'],
}
