import { type Fact, lacksWords, mayBeSealed } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

type Soon<T> = T | Promise<T>

interface EventWithData {
  readonly subject?: string | undefined
  readonly data: object
}

/**
 * Opens what the view keeps, for who is given it: all of a page in one go. What has no words in a block is given back as it is, at once. An event whose words can't be read, as their key is gone, is given closed, as it is stored. Throws what
 * the store of keys throws.
 */
export interface OpenedWords {
  /** Of facts and refused commands, as they lie in the ledger. */
  lines(lines: readonly string[]): Soon<readonly string[]>
  events<T extends EventWithData>(events: readonly T[]): Soon<readonly T[]>
}

/** @param words undefined where nothing is sealed. */
export function createOpenedWords(words: ServiceContext['words']): OpenedWords {
  if (!words) return { lines: lines => lines, events: events => events }
  const { opened } = words

  async function openLines(lines: readonly string[]): Promise<readonly string[]> {
    const stored = new Map(lines.filter(mayBeSealed).map(line => [line, JSON.parse(line) as Fact]))
    const events = await opened([...stored.values()])
    const given = new Map([...stored].map(([line, event], index) => [line, events[index] === event ? line : JSON.stringify(events[index])]))
    return lines.map(line => given.get(line) ?? line)
  }

  return {
    lines: lines => (lines.some(mayBeSealed) ? openLines(lines) : lines),
    events: events => (events.some(({ data }) => lacksWords(data)) ? opened(events) : events),
  }
}
