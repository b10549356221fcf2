import { type Actor, type Command, commandKindOf, officeOf, type Policy, type Refusal } from '@holdfast/schemas'
import { actsAsInstitution } from './permissions.ts'
import type { RequestSnapshot } from './snapshot.ts'

/** Why an actor may not give a command for the institution of the request; undefined where it may, or acts in another role. */
export function findInstitutionObstacle(
  { state: { context } }: RequestSnapshot,
  command: Command,
  actor: Actor,
  policy: Pick<Policy, 'whyNotAnswer'>,
): Refusal | undefined {
  if (!actsAsInstitution(actor, commandKindOf(command), context)) return undefined
  const { institution } = context.document
  const answered = institutionAnsweredFor(command)
  // Dispatch has asked who may answer for the institution of the order, of the key that signed. A reopened request may name another institution since.
  if (answered !== undefined) return officeOf(answered) === officeOf(institution) ? undefined : formerInstitution
  const message = policy.whyNotAnswer(actor, institution)
  return message === undefined ? undefined : { code: 'NOT_PERMITTED', message }
}

/** The institution of the order that a command of dispatch answers; undefined of a command that comes of no answer. */
const institutionAnsweredFor = ({ source, orderid, orderbic }: Command): string | undefined =>
  source === '/holdfast/dispatch' && orderid !== undefined ? orderbic : undefined

const formerInstitution: Refusal = {
  code: 'NOT_PERMITTED',
  message:
    'this request has gone to another institution since, so an answer to the former order changes nothing: call the desk of your country if you hold money',
}
