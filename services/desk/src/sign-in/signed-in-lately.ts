import { type CommandKind, jointCommands, type Refusal } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

const forTwoPersons: ReadonlySet<CommandKind> = new Set(jointCommands)
/** Time to read the review page once more, and too little to leave one's place to somebody else. */
const latelyMs = 5 * 60_000

type SignedIn = { readonly signedInAt?: Date }

const isLately = ({ signedInAt }: SignedIn, { now }: ServiceContext['clock']): boolean =>
  signedInAt === undefined || now().getTime() - signedInAt.getTime() <= latelyMs

/** Why an operator has to sign in again to have something sent or tried again: as for what two persons do. Undefined for a bearer token. */
export const whyOperatorSignsInAgain = (operator: SignedIn, clock: ServiceContext['clock']): Refusal | undefined =>
  isLately(operator, clock)
    ? undefined
    : {
        code: 'SIGN_IN_AGAIN',
        message:
          'what sends or tries something again needs a fresh proof of who you are, and you signed in more than five minutes ago: sign in again (/auth/sign-in?again=1), then ask once more',
      }

/**
 * Why somebody has to sign in again for a command: it is one of those that two persons give, and the session may have passed to whoever
 * sits there now. Undefined for a bearer token.
 */
export function whySignInAgain(kind: CommandKind, signedIn: SignedIn, clock: ServiceContext['clock']): Refusal | undefined {
  if (!forTwoPersons.has(kind) || isLately(signedIn, clock)) return undefined
  return {
    code: 'SIGN_IN_AGAIN',
    message: `${kind} is for two persons, and you signed in more than five minutes ago: sign in again (/auth/sign-in?again=1), then send it once more`,
  }
}
