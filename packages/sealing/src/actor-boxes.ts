import { type Acted, type ActsBy, type Command, formatActorBox, valuesOfActor, type WorkDraft } from '@holdfast/schemas'
import type { KeyInHand } from './key-cache.ts'
import type { Marks } from './marks.ts'
import { type SealedPlace, seal } from './sealed-block.ts'

/** Who acts as it is stored: marks, and the names in a box beside them. */
export type StoredActor = ActsBy & { readonly actorbox: string }

export interface ActorBoxes {
  of(event: Command | WorkDraft, acts: ActsBy, key: KeyInHand): StoredActor
}

/** A name is bound to its marks, and not to one event: the same person on the same request has the same box. @param stored with marks in the places of names. */
export const placeOfActor = (stored: Acted): SealedPlace =>
  stored.actorproof === undefined ? ['actor', stored.actor ?? ''] : ['actor', stored.actor ?? '', stored.actorproof]

/** A bank's person gives some four answers on a request, one soon after the other. */
const knownMax = 1_000

/** Makes the same of the same person on the same request each time, and mostly from what was made a moment ago: a box and its marks take 20 µs. */
export function createActorBoxes(marks: Marks): ActorBoxes {
  const known = new Map<string, StoredActor>()
  return {
    of(event, acts, { key, keyId, requestId }) {
      // A desk calls a person otherwise than the history of a request does, and under the same key.
      const name = `${keyId} ${event.type.startsWith('holdfast.work.')} ${acts.actor} ${acts.actorproof ?? ''}`
      const before = known.get(name)
      if (before) return before
      const marked = marks.ofActor(event, requestId, acts)
      const actorbox = formatActorBox(seal(key, { requestId, keyId, place: placeOfActor(marked) }, valuesOfActor(acts)))
      const made = { ...marked, actorbox }
      if (known.size >= knownMax) known.clear()
      known.set(name, made)
      return made
    },
  }
}
