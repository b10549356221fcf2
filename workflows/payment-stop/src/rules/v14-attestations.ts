import type { RejectingRule } from './rule.ts'

/** Officers of the beneficiary country check the attestations, and reject by the same codes. */
export const attestations: RejectingRule = {
  id: 'V14',
  severity: 'reject',
  title:
    'The requesting country attests that the act is a crime in both countries, and that the case is not political, military, religious or racial',
  source: 'INTERPOL Constitution Art. 3; USNCB criteria; Regulation (EU) 2018/1805 Art. 8',
  check: ({ attestations: { dualCriminality, article3 } }) => [
    ...(dualCriminality
      ? []
      : [
          {
            path: '/attestations/dualCriminality',
            code: 'NO_DUAL_CRIMINALITY' as const,
            message: 'the act must be a crime in both countries: send the request again once you can attest it',
          },
        ]),
    ...(article3
      ? []
      : [
          {
            path: '/attestations/article3',
            code: 'ARTICLE_3' as const,
            message:
              'cases of political, military, religious or racial character are not accepted: send the request again if you can attest that it is not one',
          },
        ]),
  ],
}
