// Encrypts and decrypts personal data in commands, facts and desk work (ADR 57, ADR 62). Callers: every service that
// reads or writes personal data.
// States of an event: plaintext → encrypted (its personal data in an encrypted field, under the data key of its request
// and country) → decrypted (the values are back in their fields, with proof that they are genuine) or redacted (the key
// was destroyed).
// Data keys come from key-ring.ts. The actor of a command is encrypted separately and appears elsewhere as a pseudonym.

import type { PersonalData } from '@holdfast/core'
import {
  type ActorAttributes,
  type ActorWithProof,
  type CommandEvent,
  type DestructionCause,
  type Encryptable,
  type EncryptedActor,
  type EncryptedData,
  type Members,
  parseEncryptedActor,
  quotedDataOf,
  refused,
  requestsOf,
  unsignedDigestName,
  type WorkDraft,
  withActor,
  withoutValues,
  withValues,
} from '@holdfast/schemas'
import type { EngineSecret } from '@holdfast/trust'
import { actorContextOf, createActorCipher } from './actor-cipher.ts'
import {
  type DecryptedValues,
  type DecryptionRefusal,
  decryptData,
  type EncryptionContext,
  encryptValues,
  encryptValuesWithSalt,
  type PlaintextValues,
} from './encrypted-values.ts'
import type { CachedKey } from './key-cache.ts'
import type { FoundKey, KeyOwner, KeyRing, ObtainedKey } from './key-ring.ts'
import type { Tombstone } from './key-store.ts'
import { createKeyedDigests } from './keyed-digests.ts'
import {
  actsIn,
  dataContextOf,
  type EventEnvelope,
  joiningIn,
  ownersOf,
  personalDataIn,
  unsignedDigestFor,
} from './personal-data-of-event.ts'

/** Encrypts and decrypts personal data (ADR 57). Everything throws the key ring's errors. */
export interface PersonalDataCipher {
  /**
   * Encrypts the personal data of commands and desk work before they are written, under the key of their request and
   * country. The actor of a command is encrypted separately (ADR 62). Events without personal data, without a request,
   * or already encrypted are returned unchanged.
   * An event about several requests uses the first one whose keys are not destroyed. Equal input yields equal bytes.
   * Throws KeyUnreadableError, and PersonalDataErasedError for personal data on a request whose keys were destroyed.
   * Without personal data, such an event only names its actor by a pseudonym.
   */
  encrypt<T extends CommandEvent | WorkDraft>(events: readonly T[]): Promise<readonly T[]>
  /**
   * As `encrypted`, but if the key store allows it, before the keys are durable. The caller must make nothing durable
   * before `keysDurable` resolves; if it rejects, the result can't be decrypted. Undefined: the keys are durable.
   */
  encryptOrdered<T extends CommandEvent | WorkDraft>(
    events: readonly T[],
  ): Promise<{ readonly events: readonly T[]; readonly keysDurable: Promise<void> | undefined }>
  /**
   * Decrypts events, with proof that the values are genuine. If the key is unknown or unreadable, or the field is
   * damaged, the event is returned unchanged: see `isRedacted`. If the key was destroyed, the event has the date: see
   * `areWordsDestroyed`.
   */
  decrypt<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
  /**
   * As `opened`, with actor names instead of pseudonyms, for display. Decisions use the pseudonyms, because all earlier
   * decisions did.
   */
  decryptWithNames<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
  /** An actor's pseudonym in a request's history, to decide on a command in advance. */
  pseudonymOnRequest(requestId: string, actor: ActorWithProof): ActorWithProof
  /** A person's pseudonym in the desk work of a country, the same for all requests and independent of letter case. */
  deskPseudonymOf(country: string, person: string): string
  /**
   * Destroys all keys of a request. The intention is durable first, and the destruction before this resolves.
   * Idempotent.
   */
  destroy(requestId: string, because: DestructionCause): Promise<Tombstone>
  /**
   * Confirms that the destruction is stored elsewhere and needs no further work. Throws if the keys are not destroyed.
   */
  confirmDestroyed(requestId: string): Promise<Tombstone>
  /**
   * The values of encrypted fields that were stored apart from their events, in order and by pointer. Undefined if
   * `opened` would return the event unchanged.
   */
  valuesIn(blocks: readonly StoredEncryptedData[]): Promise<readonly (StoredPersonalData | undefined)[]>
}

/** The values of an encrypted field, or when its key was destroyed. */
export type StoredPersonalData = { readonly values: PlaintextValues } | { readonly destroyedAt: string }

/** A stored encrypted field, of the data of this command or of its fact. */
export interface StoredEncryptedData {
  readonly requestId: string
  readonly commandId: string
  readonly field: EncryptedData
}

/** An encrypted field that can't be decrypted, and why: it was damaged, changed or moved. */
export interface UndecryptableData {
  readonly requests: readonly string[]
  readonly context: EncryptionContext
  readonly refusal: DecryptionRefusal
}

export interface EventWithData extends ActorAttributes, EventEnvelope {
  readonly subject?: string | undefined
  readonly data: object
}

/** The keys of the request were destroyed; its history accepts no more personal data. */
export class PersonalDataErasedError extends Error {
  override readonly name = 'PersonalDataErasedError'
  readonly refusalCode = 'WRONG_STATE'
  readonly senderMessage = 'The personal data of this request was erased, so no more can be added to it.'
}

/** A stored key can't be unwrapped: its country key or a master key is missing. */
export class KeyUnreadableError extends Error {
  override readonly name = 'KeyUnreadableError'
  readonly refusalCode = 'UNAVAILABLE'
  readonly isKeyFault = true
}

/** What of an event must be encrypted, and under whose key. */
interface ToEncrypt {
  readonly first: KeyOwner
  /** The owners to use if the first one's keys were destroyed. */
  readonly others: readonly KeyOwner[]
  readonly values: PlaintextValues
  readonly acts: ActorWithProof | undefined
}

const encryptedDataIn = (data: object): EncryptedData | undefined => (data as Encryptable).encrypted
const isStillEncrypted = (block: EncryptedData | undefined): block is EncryptedData => block !== undefined && block.decrypted === undefined

export function createPersonalDataCipher({
  ring,
  secret,
  personalData,
  onRefused = () => {},
}: {
  readonly ring: Pick<KeyRing, 'obtain' | 'obtainOrdered' | 'find' | 'intend' | 'destroy' | 'confirm'>
  readonly secret: EngineSecret
  /** Of the workflow whose commands are encrypted. */
  readonly personalData: PersonalData
  /** Called for each field that can't be decrypted although its key exists. The event is returned encrypted. */
  readonly onRefused?: (block: UndecryptableData) => void
}): PersonalDataCipher {
  const digests = createKeyedDigests(secret, personalData)
  const actors = createActorCipher(digests)
  /** Fields that this process encrypted a moment ago need no key to decrypt. Cached as long as the event. */
  const known = new WeakMap<EncryptedData | EncryptedActor, DecryptedValues>()

  /** What to encrypt of an event; undefined if nothing. */
  function toEncrypt(event: CommandEvent | WorkDraft): ToEncrypt | undefined {
    const acts = actsIn(event)
    const values = encryptedDataIn(event.data) ? {} : personalDataIn(personalData, event)
    const [first, ...others] = acts || Object.keys(values).length > 0 ? ownersOf(personalData, event) : []
    return first && { first, others, values, acts }
  }

  function encryptedEvent<T extends CommandEvent | WorkDraft>(event: T, { values, acts }: ToEncrypt, key: ObtainedKey): T {
    const hasPersonalData = Object.keys(values).length > 0
    if (key.state === 'destroyed') {
      if (hasPersonalData) throw new PersonalDataErasedError(`the personal data of ${key.requestId} was erased on ${key.destroyedAt}`)
      return acts ? { ...event, ...digests.ofActor(event, key.requestId, acts) } : event
    }
    if (key.state !== 'present')
      throw new KeyUnreadableError(`the key ${key.keyId} can't be unwrapped: its country key or master key is missing`)
    const pseudonymous = acts ? { ...event, ...actors.of(event, acts, key) } : event
    return hasPersonalData ? { ...pseudonymous, data: withEncryptedData(event, values, key) } : pseudonymous
  }

  function withEncryptedData<T extends CommandEvent | WorkDraft>(
    event: T,
    values: PlaintextValues,
    { key, keyId, requestId }: CachedKey,
  ): T['data'] {
    const ofRequest = { requestId, keyId }
    const about = { ...ofRequest, context: dataContextOf(event) }
    const compared = digests.ofValues(event, values)
    const unsignedDigest = unsignedDigestFor(personalData, event, values, unsigned => encryptValues(key, ofRequest, unsigned))
    const all = unsignedDigest === undefined ? compared : [...compared, [unsignedDigestName, unsignedDigest] as const]
    const { block, salt } = encryptValuesWithSalt(key, about, values, all.length > 0 ? Object.fromEntries(all) : undefined)
    known.set(block, { values, salt })
    return { ...withoutValues(event.data as unknown as Members, Object.keys(values)), encrypted: block } as unknown as T['data']
  }

  /** An event about several requests uses one that still has keys. */
  async function keyWithFallback(key: ObtainedKey, others: readonly KeyOwner[]): Promise<ObtainedKey> {
    if (key.state !== 'destroyed' || others.length === 0) return key
    return (await ring.obtain(others)).find(({ state }) => state !== 'destroyed') ?? key
  }

  function withDecryptedValues(data: Members & Encryptable, box: DecryptedValues): object {
    const { encrypted } = data
    return {
      ...withValues(data, box.values),
      encrypted: { ...(encrypted as EncryptedData), decrypted: { salt: box.salt, pointers: Object.keys(box.values).sort() } },
    }
  }

  /** Undefined if its key is missing or the field is rejected. Then only its own request waits. */
  function decrypted(
    block: EncryptedData | EncryptedActor,
    requests: readonly string[],
    context: EncryptionContext,
    keys: ReadonlyMap<string, FoundKey>,
  ): DecryptedValues | undefined {
    const here = known.get(block)
    if (here) return here
    const key = keys.get(block.key)
    if (key?.state !== 'present') return undefined
    const found = requests.includes(key.requestId)
      ? decryptData(key.key, { requestId: key.requestId, keyId: block.key, context }, block)
      : refused('OTHER_REQUEST' as const)
    if (!found.ok) {
      onRefused({ requests, context, refusal: found.error })
      return undefined
    }
    known.set(block, found.value)
    return found.value
  }

  async function keysOf(blocks: readonly (EncryptedData | undefined)[]): Promise<ReadonlyMap<string, FoundKey>> {
    const wanted = new Set(blocks.flatMap(block => (isStillEncrypted(block) && !known.has(block) ? block.key : [])))
    return wanted.size > 0 ? ring.find([...wanted]) : new Map<string, FoundKey>()
  }

  async function decryptAll<T extends EventWithData>(events: readonly T[], withNames: boolean): Promise<readonly T[]> {
    const actorFields = events.map(({ encryptedactor }) =>
      withNames && encryptedactor !== undefined ? parseEncryptedActor(encryptedactor) : undefined,
    )
    const keys = await keysOf([
      ...events.flatMap(({ data }) => [encryptedDataIn(data), encryptedDataIn(quotedDataOf(data) ?? {})]),
      ...actorFields,
    ])
    return events.map((event, index) => {
      const actorField = actorFields[index]
      const named =
        actorField && event.decryptedactor === undefined ? decrypted(actorField, requestsOf(event), actorContextOf(event), keys) : undefined
      const given = named ? withActor(event, named.values, named.salt) : event
      const data = decryptedData(event, keys)
      return data === event.data ? given : { ...given, data }
    })
  }

  function decryptedData(event: EventWithData, keys: ReadonlyMap<string, FoundKey>): object {
    const [about, context] = [requestsOf(event), dataContextOf(event)]
    const opened = (data: object): object => {
      const block = encryptedDataIn(data)
      if (!isStillEncrypted(block)) return data
      const box = decrypted(block, about, context, keys)
      if (box) return withDecryptedValues(data as Members, box)
      const key = keys.get(block.key)
      return key?.state === 'destroyed' ? { ...data, encrypted: { ...block, destroyedAt: key.destroyedAt } } : data
    }
    // An event that quotes a command has its encrypted field there only.
    const quoted = quotedDataOf(event.data)
    if (!quoted) return opened(event.data)
    const quotedDecrypted = opened(quoted)
    return quotedDecrypted === quoted ? event.data : { ...event.data, data: quotedDecrypted }
  }

  /** What to encrypt of each event, and the keys for it. */
  function planEncryption(events: readonly (CommandEvent | WorkDraft)[]) {
    const ofEach = events.map(toEncrypt)
    const firsts = ofEach.flatMap(each => each?.first ?? [])
    // The keys of countries that join are created in the same step, so that no answer waits for them.
    return { ofEach, owners: firsts.length === 0 ? [] : [...firsts, ...events.flatMap(event => joiningIn(personalData, event))] }
  }

  /** @param keys of the owners, in order. */
  function encryptAll<T extends CommandEvent | WorkDraft>(
    events: readonly T[],
    { ofEach }: ReturnType<typeof planEncryption>,
    keys: readonly ObtainedKey[],
  ): Promise<T[]> {
    let next = 0
    return Promise.all(
      events.map(async (event, index) => {
        const each = ofEach[index]
        return each ? encryptedEvent(event, each, await keyWithFallback(keys[next++] as ObtainedKey, each.others)) : event
      }),
    )
  }

  return {
    async encrypt(events) {
      const wanted = planEncryption(events)
      return wanted.owners.length === 0 ? events : encryptAll(events, wanted, await ring.obtain(wanted.owners))
    },

    async encryptOrdered(events) {
      const wanted = planEncryption(events)
      if (wanted.owners.length === 0) return { events, keysDurable: undefined }
      const { keys, durable } = await ring.obtainOrdered(wanted.owners)
      return { events: await encryptAll(events, wanted, keys), keysDurable: durable }
    },

    decrypt: events => decryptAll(events, false),
    decryptWithNames: events => decryptAll(events, true),
    pseudonymOnRequest: digests.onRequest,
    deskPseudonymOf: digests.atDesk,

    async valuesIn(blocks) {
      const keys = await keysOf(blocks.map(({ field }) => field))
      return blocks.map(({ requestId, commandId, field }) => {
        const box = decrypted(field, [requestId], ['data', commandId], keys)
        if (box) return { values: box.values }
        const key = keys.get(field.key)
        return key?.state === 'destroyed' ? { destroyedAt: key.destroyedAt } : undefined
      })
    },

    async destroy(requestId, because) {
      await ring.intend(requestId, because)
      return ring.destroy(requestId)
    },
    confirmDestroyed: requestId => ring.confirm(requestId),
  }
}
