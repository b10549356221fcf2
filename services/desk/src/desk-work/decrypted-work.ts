import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import {
  type AlertView,
  assigneePseudonymName,
  type Encryptable,
  isRedacted,
  type NoteView,
  pseudonymOf,
  type RequestWork,
  shortPseudonym,
  type WorkEvent,
  type WorkEventOf,
} from '@holdfast/schemas'
import type { WorkAlert } from './read-alerts.ts'
import type { StoredNote, StoredRequestWork } from './read-request-work.ts'

/** Returns an event with its personal data in plaintext, or unchanged if it can't be decrypted. */
export type DecryptEvent = <T extends WorkEvent>(event: T) => T

/** Events decrypted before the event loop continues: about 3 ms on a busy machine. */
const chunkSize = 25

/** Keeps the order of the events. Throws StoreUnavailableError. */
export async function decryptInParts(
  cipher: Pick<PersonalDataCipher, 'decryptWithNames'>,
  events: readonly WorkEvent[],
): Promise<WorkEvent[]> {
  const decrypted: WorkEvent[] = []
  for (let at = 0; at < events.length; at += chunkSize) {
    if (at > 0) await nextTurn()
    decrypted.push(...(await cipher.decryptWithNames(events.slice(at, at + chunkSize))))
  }
  return decrypted
}

/** Decrypts stored events of one country together. Throws StoreUnavailableError. */
export async function decryptWork(
  cipher: Pick<PersonalDataCipher, 'decryptWithNames'>,
  events: readonly WorkEvent[],
): Promise<DecryptEvent> {
  const stored = new Map(events.map(event => [event.sequence, event]))
  const decrypted = new Map((await decryptInParts(cipher, [...stored.values()])).map(event => [event.sequence, event]))
  return <T extends WorkEvent>({ sequence }: T) => decrypted.get(sequence) as T
}

/** The plaintext of each stored actor in these events. Decrypts one event per actor. Throws StoreUnavailableError. */
export async function actorsOf(
  cipher: Pick<PersonalDataCipher, 'decryptWithNames'>,
  events: readonly WorkEvent[],
): Promise<ReadonlyMap<string, string>> {
  const stored = [...new Map(events.map(event => [event.actor, event])).values()]
  const decrypted = await decryptInParts(cipher, stored)
  return new Map(stored.map(({ actor }, index) => [actor, decrypted[index]?.actor ?? actor]))
}

export const eventsOfNotes = (notes: readonly StoredNote[]): WorkEvent[] =>
  notes.flatMap(({ note, strike }): WorkEvent[] => (strike ? [note, strike] : [note]))

export const eventsOfWork = ({ assigned, snoozed }: StoredRequestWork): WorkEvent[] =>
  [assigned, snoozed].filter(event => event !== undefined)

export function alertView({ alert, acknowledgement }: WorkAlert, decrypted: DecryptEvent): AlertView {
  if (!acknowledgement) return alert
  const { actor: by, time: at } = decrypted(acknowledgement)
  return { ...alert, acknowledged: { by, at } }
}

const redactedPart = { isRedacted: true } as const

export function noteView({ note, strike }: StoredNote, decrypted: DecryptEvent): NoteView {
  const { sequence, actor: by, time: at, data } = decrypted(note)
  const text = isRedacted(data) ? redactedPart : { text: data.text }
  return { sequence, ...text, by, at, ...(strike ? { struck: struckOf(decrypted(strike)) } : {}) }
}

const struckOf = ({ actor: by, time: at, data }: WorkEventOf<'NoteStruck'>): NonNullable<NoteView['struck']> => ({
  by,
  at,
  ...(isRedacted(data) ? redactedPart : { reason: data.reason }),
})

export const requestWorkOf = ({ assigned, snoozed }: StoredRequestWork, decrypted: DecryptEvent): RequestWork => ({
  ...(assigned ? { assignedTo: assigneeOf(decrypted(assigned)) } : {}),
  ...(snoozed ? { snooze: snoozeOf(decrypted(snoozed)) } : {}),
})

/** The person to whom a request is assigned; the first digits of the pseudonym if the name can't be decrypted. */
const assigneeOf = ({ data }: NonNullable<StoredRequestWork['assigned']>): string =>
  data.to ?? shortPseudonym(pseudonymOf((data as Encryptable).encrypted?.blindIndexes?.[assigneePseudonymName] ?? ''))

function snoozeOf({ actor: by, time: at, data }: WorkEventOf<'RequestSnoozed'>): NonNullable<RequestWork['snooze']> {
  const { until, reason } = data
  const text = isRedacted(data) ? redactedPart : reason ? { reason } : {}
  return { until: new Date(until ?? at).toISOString(), by, at, ...text }
}
