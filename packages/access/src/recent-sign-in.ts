import type { Clock, ServiceConfig } from '@holdfast/runtime'
import { parseProof, type Refusal } from '@holdfast/schemas'

/** Time to read the review page again, and too little for another person to take over the session. */
const latelyMs = 5 * 60_000

type SignedIn = { readonly signedInAt?: Date; readonly proof?: string | undefined }

const isLately = ({ signedInAt }: SignedIn, { now }: Clock): boolean =>
  signedInAt === undefined || now().getTime() - signedInAt.getTime() <= latelyMs

/** Returns why an operator must sign in again before a redrive, as for dual approval. Undefined for a bearer token. */
export const refusalOfOldOperatorSignIn = (operator: SignedIn, clock: Clock): Refusal | undefined =>
  isLately(operator, clock)
    ? undefined
    : {
        code: 'SIGN_IN_AGAIN',
        message:
          'A redrive needs a recent sign-in, and yours is more than five minutes old. Sign in again (/auth/sign-in?again=1), then repeat it.',
      }

/**
 * Returns why an officer must sign in again for a proposal or an approval: another person may have taken over the
 * session. Every ingress for such commands must check this. Undefined for a bearer token.
 */
export function refusalOfOldSignIn(
  signedIn: SignedIn,
  { clock, config }: { readonly clock: Clock; readonly config: ServiceConfig },
): Refusal | undefined {
  if (signedIn.signedInAt === undefined) return undefined
  const why = isLately(signedIn, clock) ? whyTooWeak(signedIn, config) : 'your sign-in is more than five minutes old'
  if (why === undefined) return undefined
  return {
    code: 'SIGN_IN_AGAIN',
    message: `This needs dual approval, and ${why}. Sign in again (/auth/sign-in?again=1), then send it again.`,
  }
}

/** Compares how an officer signed in with what the engine requires for dual approval. */
function whyTooWeak({ proof }: SignedIn, config: ServiceConfig): string | undefined {
  const { HOLDFAST_OIDC_DUAL_APPROVAL_ACR: classes, HOLDFAST_OIDC_DUAL_APPROVAL_AMR: methods } = config
  if (!classes && !methods) return undefined
  const proved = proof === undefined ? undefined : parseProof(proof)
  const { acr = '', amr = [] } = proved?.by === 'signIn' ? proved : {}
  if (classes && !classes.includes(acr)) return `your sign-in has none of the required classes (acr): ${classes.join(', ')}`
  if (methods && !methods.some(method => amr.includes(method)))
    return `your sign-in has none of the required methods (amr): ${methods.join(', ')}`
  return undefined
}
