import type { Rule } from './rule.ts'

/** `paymentKeyOf` decides which payments are the same. */
export const duplicate: Rule = {
  id: 'V12',
  severity: 'duplicate',
  title: 'A country has one open request for one payment',
  source: 'SEPA rulebook: one recall per payment; Pix DICT',
  check: (_, { duplicateOf }) =>
    duplicateOf === undefined
      ? []
      : [
          {
            path: '',
            message: `your request ${duplicateOf} for this payment is open: follow that one, or withdraw it before you send another`,
          },
        ],
}

/** A request of another country for the same payment is another case. */
export const linked: Rule = {
  id: 'V12',
  severity: 'flag',
  title: 'Requests of two countries for one payment are linked if both have its UETR, and never merged',
  source: 'Pix DICT; unrelated payments can have the same UETR (V13)',
  check: (_, { linkedTo }) =>
    linkedTo === undefined
      ? []
      : [
          {
            path: '',
            message: 'another country has a request for the same payment: it is a separate case, and the beneficiary country sees both',
          },
        ],
}
