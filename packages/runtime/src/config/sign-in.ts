import { z } from 'zod'
import { claimName, filePath, isSafeAddress, listOfWords } from './values.ts'

/** The provider at which people sign in at the desk. */
export const signIn = {
  HOLDFAST_OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, 'must be an https:// address; http only for 127.0.0.1 and localhost')
    .optional()
    .describe('The OpenID provider at which people sign in at the desk, by its issuer: docs/desk.md'),
  HOLDFAST_OIDC_CLIENT_ID: z.string().min(1).max(200).optional().describe('What the desk is called at the provider'),
  HOLDFAST_OIDC_CLIENT_SECRET_FILE: filePath
    .optional()
    .describe('File with the secret of the desk at the provider; without it the desk is a public client'),
  HOLDFAST_OIDC_COUNTRY_CLAIM: claimName
    .default('country')
    .describe('The claim of the ID token with the country that a person speaks for, by its code: SG'),
  HOLDFAST_OIDC_ROLE_CLAIM: claimName
    .default('holdfast_role')
    .describe(
      'The claim with its role: a text, or a list in which one of ours is named (`officer`, `institution`, `fiu`, `authority`, `system`; `operator` for who runs the engine, who needs no country)',
    ),
  HOLDFAST_OIDC_UNIT_CLAIM: claimName
    .default('holdfast_unit')
    .describe(
      'The claim with the specialised unit of who is of one (`organisedCrime`, `cybercrime`, `counterTerrorism`, `financialInvestigation`, `antiScamCentre`), and sees what is shared with it alone',
    ),
  HOLDFAST_OIDC_TWO_PERSONS_ACR: listOfWords
    .optional()
    .describe(
      'How people have to have signed in for what two persons do, as classes of authentication (`acr`) with spaces between: the provider is asked for them, and one has to be told. Without it any will do',
    ),
  HOLDFAST_OIDC_TWO_PERSONS_AMR: listOfWords
    .optional()
    .describe('The same as methods (`amr`, RFC 8176), such as `hwk mfa`: the provider has to tell one of them at least'),
  HOLDFAST_OIDC_PERSON_CLAIM: claimName
    .default('sub')
    .describe(
      'The claim that tells persons apart, and stands in histories: one that nobody can change for themselves, or one could act as two',
    ),
}
