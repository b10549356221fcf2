import type { EnforcedElsewhere } from '@holdfast/core'
import type { RejectingRule } from './rule.ts'

/** FRAD: of fraudulent origin. UAPA: not properly authorised. NARR has a text instead, which V25 asks about. */
const notRejected: ReadonlySet<string> = new Set(['FRAD', 'UAPA', 'NARR'])

/** This rule has no number of its own. It shares the number of the rule on rejection codes below. */
export const reason: RejectingRule = {
  id: 'V24',
  severity: 'reject',
  title: 'A payment is stopped only for fraud; for mistakes and duplicates, banks have their own recall',
  source: 'ISO 20022 external code set, cancellation reason; AFASA sec. 7; Pix MED',
  check: ({ reason: code }) =>
    notRejected.has(code)
      ? []
      : [
          {
            path: '/reason',
            code: 'NOT_FRAUD',
            message: `${code} is not a reason of fraud: let the paying bank recall the payment, or give FRAD or UAPA if it was fraud`,
          },
        ],
}

/** Officers also reject by these codes, and by those of the rules. */
export const rejectionCode: EnforcedElsewhere = {
  id: 'V24',
  title: 'A rejection has a known code',
  source: 'Regulation (EU) 2018/1805 Art. 8, refusals are reasoned; USNCB criteria',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['workflows/payment-stop/src/language/values/codes.ts', 'workflows/payment-stop/src/language/commands/reject.ts'],
  provenBy: ['workflows/payment-stop/src/rules/elsewhere.test.ts'],
}
