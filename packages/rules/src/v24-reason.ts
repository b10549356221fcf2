import type { EnforcedElsewhere, RejectingRule } from './rule.ts'

/** FRAD: of fraudulent origin. UAPA: not properly authorised. NARR says it in words, which V25 asks about. */
const notRejected: ReadonlySet<string> = new Set(['FRAD', 'UAPA', 'NARR'])

/** The rule has no number of its own and shares that of the rule about the codes of a rejection, which stands below: this is the first of what is rejected. */
export const reason: RejectingRule = {
  id: 'V24',
  severity: 'reject',
  title: 'A payment is stopped for fraud; a mistaken or doubled one is for the banks’ own recall',
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

/** Officers reject too, by these codes and those of the rules. */
export const rejectionCode: EnforcedElsewhere = {
  id: 'V24',
  title: 'Who rejects a request gives a code of the list',
  source: 'Regulation (EU) 2018/1805 Art. 8, refusals are reasoned; USNCB criteria',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['schemas/src/codes.ts', 'schemas/src/requests/commands.ts'],
  provenBy: ['packages/rules/src/elsewhere.test.ts'],
}
