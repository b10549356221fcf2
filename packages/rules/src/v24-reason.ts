import type { RejectingRule } from './rule.ts'

/** FRAD: of fraudulent origin. UAPA: not properly authorised. NARR says it in words, which V25 asks about. */
const notRejected: ReadonlySet<string> = new Set(['FRAD', 'UAPA', 'NARR'])

/**
 * The payment is stopped for fraud. A mistaken or doubled transfer is for the banks' own recall. The number is that of the rule about codes for
 * a rejection, as the rule has none of its own. Source: ISO 20022 external cancellation reasons; AFASA and Pix MED refuse mistaken transfers.
 */
export const reason: RejectingRule = {
  id: 'V24',
  severity: 'reject',
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
