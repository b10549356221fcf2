// Encrypts and decrypts personal data in commands, facts and desk work (ADR 57, ADR 62). Callers: every service that
// reads or writes personal data.
// An event passes these states: plaintext → encrypted (its personal data in a block, under the data key of its request
// and country)
// → opened (the values are back in their fields, with proof that they are the ones) or redacted (the key was
// destroyed).
// Data keys come from key-ring.ts. The actor of a command has a box of its own and is named by a pseudonym elsewhere.

import {
  type ActorAttributes,
  type ActsBy,
  blindIndexNames,
  type Command,
  type DestructionCause,
  type Encryptable,
  type EncryptedActor,
  type EncryptedData,
  filled,
  type Members,
  parseEncryptedActor,
  quotedIn,
  refused,
  requestsOf,
  stripped,
  type WorkDraft,
  withActor,
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
  addresseeOf,
  dataContextOf,
  type FramedEvent,
  ownersOf,
  personalDataIn,
  unsignedDigestFor,
} from './personal-data-of-event.ts'

/** Puts the words of persons into boxes and takes them out again (ADR 57). Everything throws what the key ring throws. */
export interface PersonalDataCipher {
  /**
   * Commands, and what a desk does among itself, as they are to be written: their words in a block, under the key of their request and of the country that gives them, and of commands who acts in a box of its own (ADR 62). What has nothing to seal, or is sealed already, is given back as it is, and so is
   * what is about no request. What is about several lies under the key of the first whose keys are not destroyed. The same gives the same bytes. Throws PersonalDataErasedError for words on a request whose keys were destroyed, and KeyUnreadableError;
   * who acts there without words is named by nothing but a mark from then on.
   */
  sealed<T extends Command | WorkDraft>(events: readonly T[]): Promise<readonly T[]>
  /** The same, where the store of the keys can, before those are durable: for who sees to it that nothing of what is sealed is durable before `keysDurable`. Where that rejects, what is sealed can't be opened. Undefined: they are. */
  sealedOrdered<T extends Command | WorkDraft>(
    events: readonly T[],
  ): Promise<{ readonly events: readonly T[]; readonly keysDurable: Promise<void> | undefined }>
  /**
   * Events with their words in their places, and how to show that they are the ones. Of which the key is not known or can't be read, or the box is damaged, an event is given back as it is: `lacksWords` tells. Of which it was destroyed,
   * an event says since when: `areWordsDestroyed`.
   */
  opened<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
  /** The same, with the names of who acts in the places of their marks: for who is shown them. Whoever decides by a history reads the marks, as all of it was decided by them. */
  openedWithNames<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
  /** Who acts on a request as it stands in the history, for who decides on what somebody would do. */
  markedOn(requestId: string, actor: ActsBy): ActsBy
  /** What stands for a person in the work of the desk of a country, whatever request it is about: in either case of the letters the same. */
  deskMarkOf(country: string, person: string): string
  /** Destroys all keys of a request: what is meant is durable before it is done, and what is done before this resolves. Done again it gives the same tombstone. */
  destroy(requestId: string, because: DestructionCause): Promise<Tombstone>
  /** That the keys are gone is on record elsewhere: nobody has to see to it any more. Throws where they are not destroyed. */
  confirmDestroyed(requestId: string): Promise<Tombstone>
  /** The words of blocks that were kept apart from their events, in their order: by the pointers of their places in the data that each block was of. Undefined where `opened` would give the event back as it is. */
  valuesIn(blocks: readonly StoredEncryptedData[]): Promise<readonly (StoredPersonalData | undefined)[]>
}

/** What was in a block, or since when nobody can read it any more. */
export type StoredPersonalData = { readonly values: PlaintextValues } | { readonly destroyedAt: string }

/** A block as it is stored, of the data of this command or of the fact that it became. */
export interface StoredEncryptedData {
  readonly requestId: string
  readonly commandId: string
  readonly block: EncryptedData
}

/** A block that does not open, and why: it was damaged, changed, or moved from where it belongs. */
export interface UndecryptableData {
  readonly requests: readonly string[]
  readonly place: EncryptionContext
  readonly refusal: DecryptionRefusal
}

export interface EventWithData extends ActorAttributes, FramedEvent {
  readonly subject?: string | undefined
  readonly data: object
}

/** The keys of the request were destroyed: nothing is said of it any more. */
export class PersonalDataErasedError extends Error {
  override readonly name = 'PersonalDataErasedError'
  readonly refusalCode = 'WRONG_STATE'
  readonly forSender = 'the words of this request were destroyed, and none are added to it any more'
}

/** A key is stored and can't be unwrapped: its country's key or a master key is missing. */
export class KeyUnreadableError extends Error {
  override readonly name = 'KeyUnreadableError'
  readonly refusalCode = 'UNAVAILABLE'
  readonly isKeyFault = true
}

/** What of an event is to be sealed, and under whose key. */
interface ToSeal {
  readonly first: KeyOwner
  /** Who has a key for it where the first one's was destroyed. */
  readonly others: readonly KeyOwner[]
  readonly values: PlaintextValues
  readonly acts: ActsBy | undefined
}

const blockIn = (data: object): EncryptedData | undefined => (data as Encryptable).sealed
const isClosed = (block: EncryptedData | undefined): block is EncryptedData => block !== undefined && block.opened === undefined

export function createPersonalDataCipher({
  ring,
  secret,
  onRefused = () => {},
}: {
  readonly ring: Pick<KeyRing, 'obtain' | 'obtainOrdered' | 'find' | 'intend' | 'destroy' | 'confirm'>
  readonly secret: EngineSecret
  /** Called for each time that a block does not open although its key is there. The event is given closed. */
  readonly onRefused?: (block: UndecryptableData) => void
}): PersonalDataCipher {
  const marks = createKeyedDigests(secret)
  const actors = createActorCipher(marks)
  /** What this process has sealed a moment ago and is given again needs no key. It goes with the event. */
  const known = new WeakMap<EncryptedData | EncryptedActor, DecryptedValues>()

  /** What is to be sealed of an event, and whose it is; undefined where there is nothing. */
  function toSeal(event: Command | WorkDraft): ToSeal | undefined {
    const acts = actsIn(event)
    const values = blockIn(event.data) ? {} : personalDataIn(event)
    const [first, ...others] = acts || Object.keys(values).length > 0 ? ownersOf(event) : []
    return first && { first, others, values, acts }
  }

  function boxed<T extends Command | WorkDraft>(event: T, { values, acts }: ToSeal, key: ObtainedKey): T {
    const hasWords = Object.keys(values).length > 0
    if (key.state === 'destroyed') {
      if (hasWords) throw new PersonalDataErasedError(`the words of ${key.requestId} were destroyed on ${key.destroyedAt}`)
      return acts ? { ...event, ...marks.ofActor(event, key.requestId, acts) } : event
    }
    if (key.state !== 'there') throw new KeyUnreadableError(`the key ${key.keyId} can't be unwrapped: a key above it is missing`)
    const marked = acts ? { ...event, ...actors.of(event, acts, key) } : event
    return hasWords ? { ...marked, data: withBlock(event, values, key) } : marked
  }

  function withBlock<T extends Command | WorkDraft>(event: T, values: PlaintextValues, { key, keyId, requestId }: CachedKey): T['data'] {
    const ofRequest = { requestId, keyId }
    const about = { ...ofRequest, place: dataContextOf(event) }
    const compared = marks.ofWords(event, values)
    const said = unsignedDigestFor(event, values, unsigned => encryptValues(key, ofRequest, unsigned))
    const all = said === undefined ? compared : [...compared, [blindIndexNames.said, said] as const]
    const { block, salt } = encryptValuesWithSalt(key, about, values, all.length > 0 ? Object.fromEntries(all) : undefined)
    known.set(block, { values, salt })
    return { ...stripped(event.data as unknown as Members, Object.keys(values)), sealed: block } as unknown as T['data']
  }

  /** What is said of several requests is said while one of them has keys. */
  async function standing(key: ObtainedKey, others: readonly KeyOwner[]): Promise<ObtainedKey> {
    if (key.state !== 'destroyed' || others.length === 0) return key
    return (await ring.obtain(others)).find(({ state }) => state !== 'destroyed') ?? key
  }

  function withWords(data: Members & Encryptable, box: DecryptedValues): object {
    const { sealed } = data
    return {
      ...filled(data, box.values),
      sealed: { ...(sealed as EncryptedData), opened: { salt: box.salt, places: Object.keys(box.values).sort() } },
    }
  }

  /** Undefined where its key is not there, or the box is refused: the request of a damaged one waits, and no other one does. */
  function boxOf(
    block: EncryptedData | EncryptedActor,
    requests: readonly string[],
    place: EncryptionContext,
    keys: ReadonlyMap<string, FoundKey>,
  ): DecryptedValues | undefined {
    const here = known.get(block)
    if (here) return here
    const key = keys.get(block.key)
    if (key?.state !== 'there') return undefined
    const found = requests.includes(key.requestId)
      ? decryptData(key.key, { requestId: key.requestId, keyId: block.key, place }, block)
      : refused('OTHER_REQUEST' as const)
    if (!found.ok) {
      onRefused({ requests, place, refusal: found.error })
      return undefined
    }
    known.set(block, found.value)
    return found.value
  }

  async function keysOf(blocks: readonly (EncryptedData | undefined)[]): Promise<ReadonlyMap<string, FoundKey>> {
    const wanted = new Set(blocks.flatMap(block => (isClosed(block) && !known.has(block) ? block.key : [])))
    return wanted.size > 0 ? ring.find([...wanted]) : new Map<string, FoundKey>()
  }

  async function openAll<T extends EventWithData>(events: readonly T[], withNames: boolean): Promise<readonly T[]> {
    const actorBoxes = events.map(({ actorbox }) => (withNames && actorbox !== undefined ? parseEncryptedActor(actorbox) : undefined))
    const keys = await keysOf([...events.flatMap(({ data }) => [blockIn(data), blockIn(quotedIn(data) ?? {})]), ...actorBoxes])
    return events.map((event, index) => {
      const actorBox = actorBoxes[index]
      const named =
        actorBox && event.actoropened === undefined ? boxOf(actorBox, requestsOf(event), actorContextOf(event), keys) : undefined
      const given = named ? withActor(event, named.values, named.salt) : event
      const data = openedData(event, keys)
      return data === event.data ? given : { ...given, data }
    })
  }

  function openedData(event: EventWithData, keys: ReadonlyMap<string, FoundKey>): object {
    const [about, place] = [requestsOf(event), dataContextOf(event)]
    const opened = (data: object): object => {
      const block = blockIn(data)
      if (!isClosed(block)) return data
      const box = boxOf(block, about, place, keys)
      if (box) return withWords(data as Members, box)
      const key = keys.get(block.key)
      return key?.state === 'destroyed' ? { ...data, sealed: { ...block, destroyedAt: key.destroyedAt } } : data
    }
    // What quotes a command has its block there, and nowhere else.
    const quoted = quotedIn(event.data)
    if (!quoted) return opened(event.data)
    const quotedOpened = opened(quoted)
    return quotedOpened === quoted ? event.data : { ...event.data, data: quotedOpened }
  }

  /** What is to be sealed of each event, and whose keys that takes. */
  function whatToSeal(events: readonly (Command | WorkDraft)[]) {
    const ofEach = events.map(toSeal)
    const firsts = ofEach.flatMap(each => each?.first ?? [])
    // The side that is asked will answer: its key is made in the same step, and no answer waits for it.
    return { ofEach, owners: firsts.length === 0 ? [] : [...firsts, ...events.flatMap(addresseeOf)] }
  }

  /** @param keys of the owners, in their order. */
  function sealAll<T extends Command | WorkDraft>(
    events: readonly T[],
    { ofEach }: ReturnType<typeof whatToSeal>,
    keys: readonly ObtainedKey[],
  ): Promise<T[]> {
    let next = 0
    return Promise.all(
      events.map(async (event, index) => {
        const each = ofEach[index]
        return each ? boxed(event, each, await standing(keys[next++] as ObtainedKey, each.others)) : event
      }),
    )
  }

  return {
    async sealed(events) {
      const wanted = whatToSeal(events)
      return wanted.owners.length === 0 ? events : sealAll(events, wanted, await ring.obtain(wanted.owners))
    },

    async sealedOrdered(events) {
      const wanted = whatToSeal(events)
      if (wanted.owners.length === 0) return { events, keysDurable: undefined }
      const { keys, durable } = await ring.obtainOrdered(wanted.owners)
      return { events: await sealAll(events, wanted, keys), keysDurable: durable }
    },

    opened: events => openAll(events, false),
    openedWithNames: events => openAll(events, true),
    markedOn: marks.onRequest,
    deskMarkOf: marks.atDesk,

    async valuesIn(blocks) {
      const keys = await keysOf(blocks.map(({ block }) => block))
      return blocks.map(({ requestId, commandId, block }) => {
        const box = boxOf(block, [requestId], ['data', commandId], keys)
        if (box) return { values: box.values }
        const key = keys.get(block.key)
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
