import { documentOf, type Fact, isFact, isKnownFact, isRedacted, ledgerRecordIn, mayBeEncrypted, type UnknownFact } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { StreamRecord } from '@holdfast/streams'

/** The words by which requests are found, of facts that are about to be taken into the view: what is written is made of them in one go, which can't wait for keys. */
export interface SearchableData {
  /** A fact with its words, where they were asked for and can be read. What was not asked for is wanted from here on. */
  of(fact: Fact | UnknownFact, line: string): Fact | UnknownFact
  /** Throws WordsWantedError where something was wanted: the write is to be done again, once it was asked for. */
  check(): void
}

/** Nothing is to be written yet. */
class WordsWantedError extends Error {
  override readonly name = 'WordsWantedError'
}

/** Nothing lies in a block. */
export const nothingEncrypted: SearchableData = { of: fact => fact, check: () => undefined }

/**
 * Does a write that needs the words by which these records are found. Of a request that others than before see from now on, those of older facts are wanted as well, which shows on the way: then it is done once more.
 */
export async function withSearchableData<T>(
  { opened }: Pick<PersonalDataCipher, 'opened'>,
  records: readonly StreamRecord[],
  write: (records: readonly StreamRecord[], found: SearchableData) => Promise<T>,
): Promise<T> {
  const known = new Map<string, Fact | UnknownFact>()
  const wanted = new Map<string, Fact | UnknownFact>()

  async function ask(): Promise<void> {
    const events = await opened([...wanted.values()])
    for (const [index, line] of [...wanted.keys()].entries()) known.set(line, events[index] as Fact | UnknownFact)
    wanted.clear()
  }

  const found: SearchableData = {
    of(fact, line) {
      if (!isFoundByWords(fact)) return fact
      const withWords = known.get(line)
      if (!withWords) wanted.set(line, fact)
      return withWords ?? fact
    },
    check() {
      if (wanted.size > 0) throw new WordsWantedError('words are wanted of which nobody knew before')
    },
  }

  const read = records.map(readOnce)
  for (const { value, event } of read) if (event) found.of(event as Fact | UnknownFact, value)
  for (;;) {
    if (wanted.size > 0) await ask()
    try {
      return await write(read, found)
    } catch (error) {
      if (!(error instanceof WordsWantedError)) throw error
    }
  }
}

/** What is parsed here is not parsed again. */
function readOnce(record: StreamRecord): StreamRecord {
  if (record.event || !mayBeEncrypted(record.value)) return record
  const parsed = ledgerRecordIn(record)
  return parsed.ok ? { ...record, event: parsed.value } : record
}

const isFoundByWords = (fact: Fact | UnknownFact): boolean =>
  isKnownFact(fact) && isRedacted(fact.data) && (documentOf(fact) !== undefined || isFact(fact, 'MovedOnwardReported'))
