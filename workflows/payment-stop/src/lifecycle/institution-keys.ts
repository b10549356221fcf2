import { type Actor, officeOf, type Refusal } from '@holdfast/schemas'
import { type Command, commandKindOf, type Policy } from '../language/index.ts'
import { actsAsInstitution } from './permissions.ts'
import type { RequestSnapshot } from './snapshot.ts'

/**
 * Why an actor may not give a command for the institution of the request; undefined if it may, or acts in another role.
 */
export function findInstitutionObstacle(
  { state: { context } }: RequestSnapshot,
  command: Command,
  actor: Actor,
  policy: Pick<Policy, 'findAnswerObstacle'>,
): Refusal | undefined {
  if (!actsAsInstitution(actor, commandKindOf(command), context)) return undefined
  const { institution } = context.document
  const answered = institutionAnsweredFor(command)
  // Dispatch has checked with which key the answer was signed, and whether that may answer for the order's institution.
  // A reopened request may have another institution by now.
  if (answered !== undefined) return officeOf(answered) === officeOf(institution) ? undefined : formerInstitution
  const message = policy.findAnswerObstacle(actor, institution)
  return message === undefined ? undefined : { code: 'NOT_PERMITTED', message }
}

/** The institution of the order that dispatch's command answers; undefined if the command is not from an answer. */
const institutionAnsweredFor = ({ source, orderid, orderbic }: Command): string | undefined =>
  source === '/holdfast/dispatch' && orderid !== undefined ? orderbic : undefined

const formerInstitution: Refusal = {
  code: 'NOT_PERMITTED',
  message:
    'this request now has another institution, so an answer to the former order changes nothing. Call the desk of your country if you hold money',
}
