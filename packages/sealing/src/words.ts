import {
  type Command,
  type CommandBody,
  commandKindOf,
  commandType,
  comparedBy,
  type DestructionCause,
  digestOfSaid,
  filled,
  isOfWork,
  jointCommands,
  type Members,
  markNames,
  parseActor,
  placesOfSigned,
  placesOfWords,
  placesOfWorkWords,
  quotedIn,
  requestsOf,
  type Sealable,
  type SealedBlock,
  type Signable,
  stripped,
  valuesAt,
  type WorkDraft,
  workKindOf,
} from '@holdfast/schemas'
import { type EngineSecret, markOf } from '@holdfast/trust'
import type { FoundKey, KeyOwner, KeyRing, ObtainedKey } from './key-ring.ts'
import type { Tombstone } from './key-store.ts'
import { type OpenedBox, open, type SealedValues, seal, sealWithSalt } from './sealed-block.ts'

/** Puts the words of persons into boxes and takes them out again (ADR 57). Everything throws what the key ring throws. */
export interface Words {
  /**
   * Commands, and what a desk does among itself, as they are to be written: their words in a block, under the key of their request and of the country that gives them. What has no words, or a block already, is given back as it is, and so is
   * what is about no request. What is about several lies under the key of the first whose keys are not destroyed. The same gives the same bytes. Throws WordsGoneError for a request whose keys were destroyed, and KeyUnreadableError.
   */
  sealed<T extends Command | WorkDraft>(events: readonly T[]): Promise<readonly T[]>
  /**
   * Events with their words in their places, and how to show that they are the ones. Of which the key is not known or can't be read, or the box is damaged, an event is given back as it is: `lacksWords` tells. Of which it was destroyed,
   * an event says since when: `areWordsDestroyed`.
   */
  opened<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
  /** Destroys all keys of a request: what is meant is durable before it is done, and what is done before this resolves. Done again it gives the same tombstone. */
  destroy(requestId: string, because: DestructionCause): Promise<Tombstone>
  /** That the keys are gone is on record elsewhere: nobody has to see to it any more. Throws where they are not destroyed. */
  confirmDestroyed(requestId: string): Promise<Tombstone>
  /** The words of blocks that were kept apart from their events, in their order: by the pointers of their places in the data that each block was of. Undefined where `opened` would give the event back as it is. */
  valuesIn(blocks: readonly KeptBlock[]): Promise<readonly (KeptWords | undefined)[]>
}

/** What was in a block, or since when nobody can read it any more. */
export type KeptWords = { readonly values: SealedValues } | { readonly destroyedAt: string }

/** A block as it is stored, of this request. */
export interface KeptBlock {
  readonly requestId: string
  readonly block: SealedBlock
}

export interface EventWithData {
  readonly subject?: string | undefined
  readonly data: object
}

/** The keys of the request were destroyed: nothing is said of it any more. */
export class WordsGoneError extends Error {
  override readonly name = 'WordsGoneError'
}

/** A key is stored and can't be unwrapped: its country's key or a master key is missing. */
export class KeyUnreadableError extends Error {
  override readonly name = 'KeyUnreadableError'
}

const blockIn = (data: object): SealedBlock | undefined => (data as Sealable).sealed
const isClosed = (block: SealedBlock | undefined): block is SealedBlock => block !== undefined && block.opened === undefined

export function createWords({
  ring,
  secret,
}: {
  readonly ring: Pick<KeyRing, 'obtain' | 'find' | 'intend' | 'destroy' | 'confirm'>
  readonly secret: EngineSecret
}): Words {
  /** What this process has sealed a moment ago and is given again needs no key. It goes with the event. */
  const known = new WeakMap<SealedBlock, OpenedBox>()

  function boxed<T extends Command | WorkDraft>(event: T, values: Readonly<Record<string, unknown>>, key: ObtainedKey): T {
    if (key.state === 'destroyed') throw new WordsGoneError(`the words of ${key.requestId} were destroyed on ${key.destroyedAt}`)
    if (key.state !== 'there') throw new KeyUnreadableError(`the key ${key.keyId} can't be unwrapped: a key above it is missing`)
    const { requestId } = key
    const data = event.data as unknown as Members & Parameters<typeof comparedBy>[0]
    const about = { requestId, keyId: key.keyId }
    const marks = Object.entries(comparedBy(data)).map(([name, compared]) => [name, markOf(secret, name, compared)] as const)
    const said = saidBy(event, values, unsigned => seal(key.key, about, unsigned))
    const all = said === undefined ? marks : [...marks, [markNames.said, said] as const]
    const { block, salt } = sealWithSalt(key.key, about, values, all.length > 0 ? Object.fromEntries(all) : undefined)
    known.set(block, { values, salt })
    return { ...event, data: { ...stripped(data, Object.keys(values)), sealed: block } } as unknown as T
  }

  /** What is said of several requests is said while one of them has keys. */
  async function standing(key: ObtainedKey, [, ...others]: readonly KeyOwner[]): Promise<ObtainedKey> {
    if (key.state !== 'destroyed' || others.length === 0) return key
    return (await ring.obtain(others)).find(({ state }) => state !== 'destroyed') ?? key
  }

  function withWords(data: Members & Sealable, box: OpenedBox): object {
    const { sealed } = data
    return {
      ...filled(data, box.values),
      sealed: { ...(sealed as SealedBlock), opened: { salt: box.salt, places: Object.keys(box.values).sort() } },
    }
  }

  function boxOf(block: SealedBlock, about: readonly string[], keys: ReadonlyMap<string, FoundKey>): OpenedBox | undefined {
    const here = known.get(block)
    if (here) return here
    const key = keys.get(block.key)
    if (key?.state !== 'there' || !about.includes(key.requestId)) return undefined
    const found = open(key.key, { requestId: key.requestId, keyId: block.key }, block)
    // One that is damaged, or of another request, is as good as gone: its request waits, and no other one does.
    if (!found.ok) return undefined
    known.set(block, found.value)
    return found.value
  }

  async function keysOf(blocks: readonly (SealedBlock | undefined)[]): Promise<ReadonlyMap<string, FoundKey>> {
    const wanted = new Set(blocks.flatMap(block => (isClosed(block) && !known.has(block) ? block.key : [])))
    return wanted.size > 0 ? ring.find([...wanted]) : new Map<string, FoundKey>()
  }

  return {
    async sealed(events) {
      const wanted = events.map(event => {
        if (blockIn(event.data)) return undefined
        const values = valuesAt(event.data as unknown as Members, placesIn(event))
        const owners = Object.keys(values).length > 0 ? ownersOf(event) : []
        return owners[0] && { first: owners[0], owners, values }
      })
      const firsts = wanted.flatMap(each => each?.first ?? [])
      if (firsts.length === 0) return events
      // The side that is asked will answer: its key is made in the same step, and no answer waits for it.
      const keys = await ring.obtain([...firsts, ...events.flatMap(addresseeOf)])
      let next = 0
      const sealed = events.map(async (event, index) => {
        const each = wanted[index]
        return each ? boxed(event, each.values, await standing(keys[next++] as ObtainedKey, each.owners)) : event
      })
      return Promise.all(sealed)
    },

    async opened(events) {
      const keys = await keysOf(events.flatMap(({ data }) => [blockIn(data), blockIn(quotedIn(data) ?? {})]))
      return events.map(event => {
        const about = requestsOf(event)
        const opened = (data: object): object => {
          const block = blockIn(data)
          if (!isClosed(block)) return data
          const box = boxOf(block, about, keys)
          if (box) return withWords(data as Members, box)
          const key = keys.get(block.key)
          return key?.state === 'destroyed' ? { ...data, sealed: { ...block, destroyedAt: key.destroyedAt } } : data
        }
        const quoted = quotedIn(event.data)
        const quotedOpened = quoted && opened(quoted)
        const data = opened(quotedOpened === quoted ? event.data : { ...event.data, data: quotedOpened })
        return data === event.data ? event : { ...event, data }
      })
    },

    async valuesIn(blocks) {
      const keys = await keysOf(blocks.map(({ block }) => block))
      return blocks.map(({ requestId, block }) => {
        const box = boxOf(block, [requestId], keys)
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

const joint: ReadonlySet<string> = new Set(jointCommands.map(commandType))

/** Of what two persons may say and one has signed, the digest that it would have unsigned: the ledger, which can't open the box, compares by it. Words that are sealed again are the same block. */
function saidBy(
  { type, data }: Command | WorkDraft,
  values: Readonly<Record<string, unknown>>,
  sealedAgain: (unsigned: Readonly<Record<string, unknown>>) => SealedBlock,
): string | undefined {
  if (!(data as Signable).signed || !joint.has(type)) return undefined
  const { signed: _signature, ...said } = data as Members
  const words = Object.fromEntries(Object.entries(values).filter(([place]) => !placesOfSigned.includes(place)))
  const places = Object.keys(words)
  const stored = places.length > 0 ? { ...stripped(said, places), sealed: sealedAgain(words) } : said
  return digestOfSaid(commandKindOf({ type }), stored)
}

const isWork = (event: Command | WorkDraft): event is WorkDraft => isOfWork(event)

const placesIn = (event: Command | WorkDraft): readonly string[] =>
  (isWork(event) ? placesOfWorkWords[workKindOf(event)] : placesOfWords[commandKindOf(event)]) ?? []

function addresseeOf({ subject: requestId, type, data }: Command | WorkDraft): KeyOwner[] {
  return type === commandType('OpenRequest') && requestId !== undefined
    ? [{ requestId, country: (data as CommandBody<'OpenRequest'>).request.beneficiaryCountry }]
    : []
}

const ownersOf = (event: Command | WorkDraft): readonly KeyOwner[] =>
  isWork(event) ? requestsOf(event).map(requestId => ({ requestId, country: event.country })) : [ownerOf(event)]

/** The requester's words are its own, and so are those of a child that the engine opens in its name. */
function ownerOf({ subject: requestId, actor, data }: Command): KeyOwner {
  const parsed = parseActor(actor)
  if (parsed.ok && parsed.value.country !== 'holdfast') return { requestId, country: parsed.value.country }
  const { request } = data as { request?: { requestingCountry: string } }
  if (!request) throw new Error(`${actor} has words to seal on ${requestId} and is of no country`)
  return { requestId, country: request.requestingCountry }
}
