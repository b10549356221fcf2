import type { Rule } from './rule.ts'

/** Which payments are the same says `paymentKeyOf`. */
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
            message: `your request ${duplicateOf} for this payment is open: follow that one, or withdraw it before you ask again`,
          },
        ],
}

/** Asked for by another country it is another case. */
export const linked: Rule = {
  id: 'V12',
  severity: 'flag',
  title: 'A payment that another country asks for too is linked with its request, where both name its UETR; never merged',
  source: 'Pix DICT; UETRs are seen to be shared (V13)',
  check: (_, { linkedTo }) =>
    linkedTo === undefined
      ? []
      : [
          {
            path: '',
            message:
              'another country has asked for the same payment: its request is a case of its own, and the desk that is asked sees both',
          },
        ],
}
