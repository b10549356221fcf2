/** `TL/authority/` of `TL/authority/a.costa`: the country and role that an actor speaks for. */
export const memberRolePrefixOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/') + 1)

/** `a.costa` of `TL/authority/a.costa`. */
export const personOf = (actor: string): string => actor.slice(actor.lastIndexOf('/') + 1)

/** Whether a mark stands for the person of an actor (sealed-actor.ts): no person is called so. */
export const isPseudonymous = (actor: string): boolean => personOf(actor).startsWith('~')

/** What stands for a person whose mark this is. @param mark hex digits, of which the first 32 are taken. */
export const pseudonymOf = (mark: string): string => `~${mark.slice(0, 32)}`

/** By what a person is told from another where the name can't be read: `#3f2a9c41`. */
export const shortPseudonym = (actor: string): string => `#${personOf(actor).slice(1, 9)}`

/** An actor as people read it: `SG/officer/#3f2a9c41` where the name can't be read. */
export const readableActor = (actor: string): string =>
  isPseudonymous(actor) ? `${memberRolePrefixOf(actor)}${shortPseudonym(actor)}` : actor

/**
 * How those are called who acted in events that are given with names, by the actors that stand in facts: `proposedBy` and `sharedBy` name by a mark who acted in another fact of the request. Who is not among them is called as he stands there.
 */
export function namesOfPseudonyms(
  events: readonly { readonly actor?: string | undefined; readonly actoropened?: string | undefined }[],
): (actor: string) => string {
  const names = new Map<string, string>()
  for (const { actor, actoropened } of events)
    if (actor !== undefined && actoropened !== undefined) names.set(`${memberRolePrefixOf(actor)}${actoropened.split('.')[1]}`, actor)
  return actor => names.get(actor) ?? actor
}
