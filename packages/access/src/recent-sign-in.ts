import type { Clock, ServiceConfig } from '@holdfast/runtime'
import { type CommandKind, parseProof, type Refusal } from '@holdfast/schemas'

/** Time to read the review page once more, and too little to leave one's place to somebody else. */
const latelyMs = 5 * 60_000

type SignedIn = { readonly signedInAt?: Date; readonly proof?: string | undefined }

const isLately = ({ signedInAt }: SignedIn, { now }: Clock): boolean =>
  signedInAt === undefined || now().getTime() - signedInAt.getTime() <= latelyMs

/** Why an operator has to sign in again to have something sent or tried again: as for what two persons do. Undefined for a bearer token. */
export const refusalOfOldOperatorSignIn = (operator: SignedIn, clock: Clock): Refusal | undefined =>
  isLately(operator, clock)
    ? undefined
    : {
        code: 'SIGN_IN_AGAIN',
        message:
          'what sends or tries something again needs a fresh proof of who you are, and you signed in more than five minutes ago: sign in again (/auth/sign-in?again=1), then ask once more',
      }

/**
 * Why somebody has to sign in again to give one of the two words of a command for two persons: the session may have passed to whoever sits there now. To be asked at each door that takes such a word. Undefined for a bearer token.
 */
export function refusalOfOldSignIn(
  kind: CommandKind,
  signedIn: SignedIn,
  { clock, config }: { readonly clock: Clock; readonly config: ServiceConfig },
): Refusal | undefined {
  if (signedIn.signedInAt === undefined) return undefined
  const why = isLately(signedIn, clock) ? whyTooWeak(signedIn, config) : 'you signed in more than five minutes ago'
  if (why === undefined) return undefined
  return {
    code: 'SIGN_IN_AGAIN',
    message: `${kind} is for two persons, and ${why}: sign in again (/auth/sign-in?again=1), then send it once more`,
  }
}

/** What the provider has told of how somebody signed in, against what the engine asks of those who act as one of two. */
function whyTooWeak({ proof }: SignedIn, config: ServiceConfig): string | undefined {
  const { HOLDFAST_OIDC_TWO_PERSONS_ACR: classes, HOLDFAST_OIDC_TWO_PERSONS_AMR: methods } = config
  if (!classes && !methods) return undefined
  const proved = proof === undefined ? undefined : parseProof(proof)
  const { acr = '', amr = [] } = proved?.by === 'signIn' ? proved : {}
  if (classes && !classes.includes(acr)) return `you have not signed in by a class (acr) that it needs: ${classes.join(', ')}`
  if (methods && !methods.some(method => amr.includes(method)))
    return `you have not signed in by a method (amr) that it needs: ${methods.join(', ')}`
  return undefined
}
