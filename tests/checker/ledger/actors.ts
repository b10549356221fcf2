import { senderOf } from './encrypted.ts'
import { memberRolePrefixOf, personOf } from './records.ts'

/**
 * Whether the event is compatible with this actor. After an erasure the actor is unknown and can be any of the member
 * role.
 */
export function isBy(event: { readonly actor: string }, person: string): boolean {
  const actor = senderOf(event)
  const isNamed = !actor.slice(actor.lastIndexOf('/') + 1).startsWith('~')
  return isNamed ? personOf(actor) === person : memberRolePrefixOf(actor) === memberRolePrefixOf(person)
}
