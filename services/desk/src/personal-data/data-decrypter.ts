import { type ActorAttributes, type ActsBy, type Fact, isRedacted, mayBeEncrypted, mayHaveEncryptedActor } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'

type Soon<T> = T | Promise<T>

interface EventWithData extends ActorAttributes {
  readonly type: string
  readonly id: string
  readonly causationid?: string | undefined
  readonly subject?: string | undefined
  readonly data: object
}

/**
 * Opens what the view keeps, for who is given it, with the names of who acts: all of a page in one go. What has nothing in a block is given back as it is, at once. An event whose words can't be read, as their key is gone, is given closed, as it is stored. Throws what
 * the store of keys throws.
 */
export interface DataDecrypter {
  /** Of facts and refused commands, as they lie in the ledger. */
  lines(lines: readonly string[]): Soon<readonly string[]>
  events<T extends EventWithData>(events: readonly T[]): Soon<readonly T[]>
  /** Who acts on a request, as its facts call him. */
  actingOn(requestId: string, by: ActsBy): ActsBy
}

export function createDataDecrypter({ openedWithNames, markedOn }: PersonalDataCipher): DataDecrypter {
  async function openLines(lines: readonly string[]): Promise<readonly string[]> {
    const stored = new Map(lines.filter(hasBox).map(line => [line, JSON.parse(line) as Fact]))
    const events = await openedWithNames([...stored.values()])
    const given = new Map([...stored].map(([line, event], index) => [line, events[index] === event ? line : JSON.stringify(events[index])]))
    return lines.map(line => given.get(line) ?? line)
  }

  return {
    lines: lines => (lines.some(hasBox) ? openLines(lines) : lines),
    events: events => (events.some(({ data, actorbox }) => actorbox !== undefined || isRedacted(data)) ? openedWithNames(events) : events),
    actingOn: markedOn,
  }
}

const hasBox = (line: string): boolean => mayBeEncrypted(line) || mayHaveEncryptedActor(line)
