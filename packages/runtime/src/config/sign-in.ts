import { z } from 'zod'
import { claimName, filePath, isSafeAddress, listOfWords } from './values.ts'

/** The OpenID provider at which people sign in at the desk. */
export const signIn = {
  HOLDFAST_OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, 'must be an https:// address; http only for 127.0.0.1 and localhost')
    .optional()
    .describe('Issuer of the OpenID provider at which people sign in at the desk (docs/operate/identity-provider.md)'),
  HOLDFAST_OIDC_CLIENT_ID: z.string().min(1).max(200).optional().describe('Client id of the desk at the provider'),
  HOLDFAST_OIDC_CLIENT_SECRET_FILE: filePath
    .optional()
    .describe('File with the client secret of the desk; without it, the desk is a public client'),
  HOLDFAST_OIDC_COUNTRY_CLAIM: claimName
    .default('country')
    .describe('Claim of the ID token with the country code of the person, such as SG'),
  HOLDFAST_OIDC_ROLE_CLAIM: claimName
    .default('holdfast_role')
    .describe(
      'Claim with the role: a text, or a list that contains one of `officer`, `institution`, `fiu`, `authority`, `system`, or `operator` (which needs no country)',
    ),
  HOLDFAST_OIDC_UNIT_CLAIM: claimName
    .default('holdfast_unit')
    .describe(
      'Claim with the specialised unit (`organisedCrime`, `cybercrime`, `counterTerrorism`, `financialInvestigation`, `antiScamCentre`), whose members have access only to requests that are shared with it',
    ),
  HOLDFAST_OIDC_DUAL_APPROVAL_ACR: listOfWords
    .optional()
    .describe(
      'Authentication classes (`acr`) that dual approval needs, separated by spaces. The desk requests them, and the provider must state one of them; default: any',
    ),
  HOLDFAST_OIDC_DUAL_APPROVAL_AMR: listOfWords
    .optional()
    .describe('The same for methods (`amr`, RFC 8176), such as `hwk mfa`; the provider must state at least one of them'),
  HOLDFAST_OIDC_PERSON_CLAIM: claimName
    .default('sub')
    .describe(
      'Claim that identifies a person, also in histories. People must not be able to change it themselves; otherwise one person could approve twice',
    ),
}
