/** The member role of an actor: `TL/authority/` for `TL/authority/a.costa`. */
export const memberRolePrefixOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/') + 1)

/** The person of an actor: `a.costa` for `TL/authority/a.costa`. */
export const personOf = (actor: string): string => actor.slice(actor.lastIndexOf('/') + 1)

/** Whether a pseudonym stands for the person of an actor (encrypted-actor.ts). No person has such a name. */
export const isPseudonymous = (actor: string): boolean => personOf(actor).startsWith('~')

/** The pseudonym of a person. @param digest hex digits; the pseudonym has the first 32. */
export const pseudonymOf = (digest: string): string => `~${digest.slice(0, 32)}`

/** A short form of a pseudonym that tells persons apart on screen: `#3f2a9c41`. */
export const shortPseudonym = (actor: string): string => `#${personOf(actor).slice(1, 9)}`

/** An actor for display: `SG/officer/#3f2a9c41` if the name is encrypted. */
export const readableActor = (actor: string): string =>
  isPseudonymous(actor) ? `${memberRolePrefixOf(actor)}${shortPseudonym(actor)}` : actor

/**
 * Maps the pseudonyms of facts to readable actors, from events that came with names. `proposedBy` and `sharedBy` hold the
 * pseudonym of an actor of another fact. A pseudonym without a name stays as it is.
 */
export function namesOfPseudonyms(
  events: readonly { readonly actor?: string | undefined; readonly decryptedactor?: string | undefined }[],
): (actor: string) => string {
  const names = new Map<string, string>()
  for (const { actor, decryptedactor } of events)
    if (actor !== undefined && decryptedactor !== undefined) names.set(`${memberRolePrefixOf(actor)}${decryptedactor.split('.')[1]}`, actor)
  return actor => names.get(actor) ?? actor
}
