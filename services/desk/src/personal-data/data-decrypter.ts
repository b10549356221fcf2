import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import {
  type ActorAttributes,
  type ActorWithProof,
  isRedacted,
  type LedgerFact,
  mayBeEncrypted,
  mayHaveEncryptedActor,
} from '@holdfast/schemas'

type MaybePromise<T> = T | Promise<T>

interface EventWithData extends ActorAttributes {
  readonly type: string
  readonly id: string
  readonly causationid?: string | undefined
  readonly subject?: string | undefined
  readonly data: object
}

/**
 * Decrypts stored facts for a reader, with the names of actors, a whole page at once. Returns events without encrypted
 * data unchanged and synchronously. An event whose key was destroyed stays as stored. Throws the errors of the key
 * store.
 */
export interface DataDecrypter {
  /** Lines of facts and refused commands, as the ledger has them. */
  lines(lines: readonly string[]): MaybePromise<readonly string[]>
  events<T extends EventWithData>(events: readonly T[]): MaybePromise<readonly T[]>
  /** The actor in the form that the facts of a request use. */
  actingOn(requestId: string, by: ActorWithProof): ActorWithProof
}

export function createDataDecrypter({ decryptWithNames, pseudonymOnRequest }: PersonalDataCipher): DataDecrypter {
  async function decryptLines(lines: readonly string[]): Promise<readonly string[]> {
    const stored = new Map(lines.filter(hasEncryptedParts).map(line => [line, JSON.parse(line) as LedgerFact]))
    const events = await decryptWithNames([...stored.values()])
    const decrypted = new Map(
      [...stored].map(([line, event], index) => [line, events[index] === event ? line : JSON.stringify(events[index])]),
    )
    return lines.map(line => decrypted.get(line) ?? line)
  }

  return {
    lines: lines => (lines.some(hasEncryptedParts) ? decryptLines(lines) : lines),
    events: events =>
      events.some(({ data, encryptedactor }) => encryptedactor !== undefined || isRedacted(data)) ? decryptWithNames(events) : events,
    actingOn: pseudonymOnRequest,
  }
}

const hasEncryptedParts = (line: string): boolean => mayBeEncrypted(line) || mayHaveEncryptedActor(line)
