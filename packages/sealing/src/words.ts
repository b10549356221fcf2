import {
  type Command,
  type CommandBody,
  commandKindOf,
  commandType,
  filled,
  type Members,
  parseActor,
  placesOfWords,
  placesToMark,
  quotedIn,
  type Sealable,
  type SealedBlock,
  stripped,
  valuesAt,
} from '@holdfast/schemas'
import type { EngineSecret } from '@holdfast/trust'
import type { FoundKey, KeyOwner, KeyRing } from './key-ring.ts'
import { markOf, type OpenedBox, open, saltIn, seal } from './sealed-block.ts'

/** Puts the words of persons into boxes and takes them out again (ADR 57). Everything throws what the key ring throws. */
export interface Words {
  /**
   * Commands as they are to be written: their words in a block, under the key of their request and of the country that gives them. What has no words, or a block already, is given back as it is. The same command gives the same
   * bytes. Throws WordsGoneError for a request whose keys were destroyed, and KeyUnreadableError.
   */
  sealed(commands: readonly Command[]): Promise<readonly Command[]>
  /** Events with their words in their places, and how to show that they are the ones. Of which the key is gone, is not known or can't be read, or the box is damaged, an event is given back as it is: `lacksWords` tells. */
  opened<T extends EventWithData>(events: readonly T[]): Promise<readonly T[]>
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

export function createWords({ ring, secret }: { readonly ring: Pick<KeyRing, 'obtain' | 'find'>; readonly secret: EngineSecret }): Words {
  /** What this process has sealed a moment ago and is given again needs no key. It goes with the event. */
  const known = new WeakMap<SealedBlock, OpenedBox>()

  function boxed(command: Command, owner: KeyOwner, values: Readonly<Record<string, unknown>>, key: FoundKey): Command {
    const { requestId } = owner
    if (key.state === 'destroyed') throw new WordsGoneError(`the words of ${requestId} were destroyed on ${key.destroyedAt}`)
    if (key.state !== 'there') throw new KeyUnreadableError(`the key of ${requestId} can't be unwrapped: a key above it is missing`)
    const data = command.data as Members & Parameters<typeof placesToMark>[0]
    const marks = Object.entries(placesToMark(data)).map(([name, place]) => [name, markOf(secret, name, place)] as const)
    const block = seal(key.key, { requestId, keyId: key.keyId }, values, marks.length > 0 ? Object.fromEntries(marks) : undefined)
    known.set(block, { values, salt: saltIn(key.key, block) })
    return { ...command, data: { ...stripped(data, Object.keys(values)), sealed: block } } as unknown as Command
  }

  function withWords(data: Members & Sealable, box: OpenedBox): object {
    const { sealed } = data
    return {
      ...filled(data, box.values),
      sealed: { ...(sealed as SealedBlock), opened: { salt: box.salt, places: Object.keys(box.values).sort() } },
    }
  }

  function boxOf(block: SealedBlock, requestId: string, keys: ReadonlyMap<string, FoundKey>): OpenedBox | undefined {
    const here = known.get(block)
    if (here) return here
    const key = keys.get(block.key)
    if (key?.state !== 'there') return undefined
    const found = open(key.key, { requestId, keyId: block.key }, block)
    // One that is damaged, or of another request, is as good as gone: its request waits, and no other one does.
    if (!found.ok) return undefined
    known.set(block, found.value)
    return found.value
  }

  return {
    async sealed(commands) {
      const wanted = commands.map(command => {
        if (blockIn(command.data)) return undefined
        const values = valuesAt(command.data as Members, placesOfWords[commandKindOf(command)] ?? [])
        return Object.keys(values).length > 0 ? { owner: ownerOf(command), values } : undefined
      })
      const owners = wanted.flatMap(each => each?.owner ?? [])
      if (owners.length === 0) return commands
      // The side that is asked will answer: its key is made in the same step, and no answer waits for it.
      const keys = await ring.obtain([...owners, ...commands.flatMap(addresseeOf)])
      let next = 0
      return commands.map((command, index) => {
        const each = wanted[index]
        return each ? boxed(command, each.owner, each.values, keys[next++] as FoundKey) : command
      })
    },

    async opened(events) {
      const wanted = new Set<string>()
      for (const { data } of events)
        for (const block of [blockIn(data), blockIn(quotedIn(data) ?? {})]) if (isClosed(block) && !known.has(block)) wanted.add(block.key)
      const keys = wanted.size > 0 ? await ring.find([...wanted]) : new Map<string, FoundKey>()
      return events.map(event => {
        const { subject = '' } = event
        const opened = (data: object): object => {
          const block = blockIn(data)
          const box = isClosed(block) ? boxOf(block, subject, keys) : undefined
          return box ? withWords(data as Members, box) : data
        }
        const quoted = quotedIn(event.data)
        const quotedOpened = quoted && opened(quoted)
        const data = opened(quotedOpened === quoted ? event.data : { ...event.data, data: quotedOpened })
        return data === event.data ? event : { ...event, data }
      })
    },
  }
}

function addresseeOf({ subject: requestId, type, data }: Command): KeyOwner[] {
  return type === commandType('OpenRequest')
    ? [{ requestId, country: (data as CommandBody<'OpenRequest'>).request.beneficiaryCountry }]
    : []
}

/** The requester's words are its own, and so are those of a child that the engine opens in its name. */
function ownerOf({ subject: requestId, actor, data }: Command): KeyOwner {
  const parsed = parseActor(actor)
  if (parsed.ok && parsed.value.country !== 'holdfast') return { requestId, country: parsed.value.country }
  const { request } = data as { request?: { requestingCountry: string } }
  if (!request) throw new Error(`${actor} has words to seal on ${requestId} and is of no country`)
  return { requestId, country: request.requestingCountry }
}
