import {
  type ActorAttributes,
  type ActorWithProof,
  type CommandEvent,
  formatEncryptedActor,
  valuesOfActor,
  type WorkDraft,
} from '@holdfast/schemas'
import { type EncryptionContext, encryptValues } from './encrypted-values.ts'
import type { CachedKey } from './key-cache.ts'
import type { KeyedDigests } from './keyed-digests.ts'

/** The actor as stored: pseudonyms, with the encrypted names next to them. */
export type StoredActor = ActorWithProof & { readonly encryptedactor: string }

export interface ActorCipher {
  of(event: CommandEvent | WorkDraft, acts: ActorWithProof, key: CachedKey): StoredActor
}

/**
 * A name is bound to its pseudonyms, not to one event: the same person on the same request always has the same
 * ciphertext. @param stored with pseudonyms instead of names.
 */
export const actorContextOf = (stored: ActorAttributes): EncryptionContext =>
  stored.actorproof === undefined ? ['actor', stored.actor ?? ''] : ['actor', stored.actor ?? '', stored.actorproof]

/** A bank employee gives about four answers on a request in a short time. */
const knownMax = 1_000

/**
 * Always produces the same bytes for a person on a request, mostly from a cache: encryption and pseudonyms take 20 µs.
 */
export function createActorCipher(digests: KeyedDigests): ActorCipher {
  const known = new Map<string, StoredActor>()
  return {
    of(event, acts, { key, keyId, requestId }) {
      // A desk uses other pseudonyms than a request's history, under the same key.
      const name = `${keyId} ${event.type.startsWith('holdfast.work.')} ${acts.actor} ${acts.actorproof ?? ''}`
      const before = known.get(name)
      if (before) return before
      const pseudonymous = digests.ofActor(event, requestId, acts)
      const encryptedactor = formatEncryptedActor(
        encryptValues(key, { requestId, keyId, context: actorContextOf(pseudonymous) }, valuesOfActor(acts)),
      )
      const made = { ...pseudonymous, encryptedactor }
      if (known.size >= knownMax) known.clear()
      known.set(name, made)
      return made
    },
  }
}
