import { type ActorAttributes, type ActsBy, type Command, formatEncryptedActor, valuesOfActor, type WorkDraft } from '@holdfast/schemas'
import { type EncryptionContext, encryptValues } from './encrypted-values.ts'
import type { CachedKey } from './key-cache.ts'
import type { KeyedDigests } from './keyed-digests.ts'

/** Who acts as it is stored: marks, and the names in a box beside them. */
export type StoredActor = ActsBy & { readonly actorbox: string }

export interface ActorCipher {
  of(event: Command | WorkDraft, acts: ActsBy, key: CachedKey): StoredActor
}

/** A name is bound to its marks, and not to one event: the same person on the same request has the same box. @param stored with marks in the places of names. */
export const actorContextOf = (stored: ActorAttributes): EncryptionContext =>
  stored.actorproof === undefined ? ['actor', stored.actor ?? ''] : ['actor', stored.actor ?? '', stored.actorproof]

/** A bank's person gives some four answers on a request, one soon after the other. */
const knownMax = 1_000

/** Makes the same of the same person on the same request each time, and mostly from what was made a moment ago: a box and its marks take 20 µs. */
export function createActorCipher(marks: KeyedDigests): ActorCipher {
  const known = new Map<string, StoredActor>()
  return {
    of(event, acts, { key, keyId, requestId }) {
      // A desk calls a person otherwise than the history of a request does, and under the same key.
      const name = `${keyId} ${event.type.startsWith('holdfast.work.')} ${acts.actor} ${acts.actorproof ?? ''}`
      const before = known.get(name)
      if (before) return before
      const marked = marks.ofActor(event, requestId, acts)
      const actorbox = formatEncryptedActor(encryptValues(key, { requestId, keyId, place: actorContextOf(marked) }, valuesOfActor(acts)))
      const made = { ...marked, actorbox }
      if (known.size >= knownMax) known.clear()
      known.set(name, made)
      return made
    },
  }
}
