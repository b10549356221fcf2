import type { Rule } from './rule.ts'

/** One open request of a country for one payment. Source: SEPA, one recall per payment; DICT. Which payments are the same says `paymentKeyOf`. */
export const duplicate: Rule = {
  id: 'V12',
  severity: 'duplicate',
  source: 'SEPA rulebook: one recall per payment; Pix DICT',
  check: (_, { duplicateOf }) =>
    duplicateOf === undefined
      ? []
      : [
          {
            path: '',
            message: `your request ${duplicateOf} for this payment is open: follow that one, or withdraw it before you ask again`,
          },
        ],
}

/** The same payment asked for by another country is another case: the two are linked, never merged. */
export const linked: Rule = {
  id: 'V12',
  severity: 'flag',
  source: 'Pix DICT; UETRs are seen to be shared (V13)',
  check: (_, { linkedTo }) =>
    linkedTo === undefined
      ? []
      : [{ path: '', message: 'another country has asked for the same payment: the institution is told that the two belong together' }],
}
