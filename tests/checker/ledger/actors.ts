import { senderOf } from './encrypted.ts'
import { memberRolePrefixOf, personOf } from './records.ts'

/** Whether this person acted, as far as the event says: who acts on a request whose keys are destroyed is never named, and may be anybody of the side. */
export function isBy(event: { readonly actor: string }, person: string): boolean {
  const speaker = senderOf(event)
  const isNamed = !speaker.slice(speaker.lastIndexOf('/') + 1).startsWith('~')
  return isNamed ? personOf(speaker) === person : memberRolePrefixOf(speaker) === memberRolePrefixOf(person)
}
