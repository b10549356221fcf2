import { z } from 'zod'
import { claimName, filePath, isSafeAddress, listOfWords } from './values.ts'

/** The OpenID provider at which people sign in at the desk. */
export const signIn = {
  HOLDFAST_OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, 'must be an https:// address; http only for 127.0.0.1 and localhost')
    .optional()
    .describe('Issuer of the OpenID provider'),
  HOLDFAST_OIDC_CLIENT_ID: z.string().min(1).max(200).optional().describe('Client id of the desk at the provider'),
  HOLDFAST_OIDC_CLIENT_SECRET_FILE: filePath.optional().describe('Client secret of the desk; without it, the desk is a public client'),
  HOLDFAST_OIDC_COUNTRY_CLAIM: claimName.default('country').describe('Claim with the country code of the person'),
  HOLDFAST_OIDC_ROLE_CLAIM: claimName.default('holdfast_role').describe('Claim with the role of the person'),
  HOLDFAST_OIDC_UNIT_CLAIM: claimName.default('holdfast_unit').describe('Claim with the specialised unit of the person'),
  HOLDFAST_OIDC_DUAL_APPROVAL_ACR: listOfWords.optional().describe('Authentication classes (`acr`) that dual approval needs; default: any'),
  HOLDFAST_OIDC_DUAL_APPROVAL_AMR: listOfWords.optional().describe('Authentication methods (`amr`) that dual approval needs; default: any'),
  HOLDFAST_OIDC_PERSON_CLAIM: claimName.default('sub').describe('Claim that identifies a person, which people cannot change themselves'),
}
