import { setImmediate as nextTurn } from 'node:timers/promises'
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
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { WorkAlert } from './read-alerts.ts'
import type { StoredNote, StoredRequestWork } from './read-request-work.ts'

/** Gives an event of the view with its words and names in their places; closed as it is where they can't be read. */
export type DecryptEvent = <T extends WorkEvent>(event: T) => T

/** Events that are opened before the event loop has everything else: some 3 ms of work on a busy machine. */
const atOnce = 25

/** In the order of the events. Throws StoreUnavailableError. */
export async function decryptInParts(
  words: Pick<PersonalDataCipher, 'openedWithNames'>,
  events: readonly WorkEvent[],
): Promise<WorkEvent[]> {
  const opened: WorkEvent[] = []
  for (let at = 0; at < events.length; at += atOnce) {
    if (at > 0) await nextTurn()
    opened.push(...(await words.openedWithNames(events.slice(at, at + atOnce))))
  }
  return opened
}

/** Opens events of one country together, which lie in the view as they are stored. Throws StoreUnavailableError. */
export async function decryptWork(words: Pick<PersonalDataCipher, 'openedWithNames'>, events: readonly WorkEvent[]): Promise<DecryptEvent> {
  const stored = new Map(events.map(event => [event.sequence, event]))
  const opened = new Map((await decryptInParts(words, [...stored.values()])).map(event => [event.sequence, event]))
  return <T extends WorkEvent>({ sequence }: T) => opened.get(sequence) as T
}

/** Who acted in events, by their actors as they are stored: of each one event is opened. Throws StoreUnavailableError. */
export async function actorsOf(
  words: Pick<PersonalDataCipher, 'openedWithNames'>,
  events: readonly WorkEvent[],
): Promise<ReadonlyMap<string, string>> {
  const stored = [...new Map(events.map(event => [event.actor, event])).values()]
  const opened = await decryptInParts(words, stored)
  return new Map(stored.map(({ actor }, index) => [actor, opened[index]?.actor ?? actor]))
}

export const eventsOfNotes = (notes: readonly StoredNote[]): WorkEvent[] =>
  notes.flatMap(({ note, strike }): WorkEvent[] => (strike ? [note, strike] : [note]))

export const eventsOfWork = ({ assigned, snoozed }: StoredRequestWork): WorkEvent[] =>
  [assigned, snoozed].filter(event => event !== undefined)

export function alertView({ alert, acknowledgement }: WorkAlert, opened: DecryptEvent): AlertView {
  if (!acknowledgement) return alert
  const { actor: by, time: at } = opened(acknowledgement)
  return { ...alert, acknowledged: { by, at } }
}

const lacking = { lacksWords: true } as const

export function noteView({ note, strike }: StoredNote, opened: DecryptEvent): NoteView {
  const { sequence, actor: by, time: at, data } = opened(note)
  const said = isRedacted(data) ? lacking : { text: data.text }
  return { sequence, ...said, by, at, ...(strike ? { struck: struckOf(opened(strike)) } : {}) }
}

const struckOf = ({ actor: by, time: at, data }: WorkEventOf<'NoteStruck'>): NonNullable<NoteView['struck']> => ({
  by,
  at,
  ...(isRedacted(data) ? lacking : { reason: data.reason }),
})

export const requestWorkOf = ({ assigned, snoozed }: StoredRequestWork, opened: DecryptEvent): RequestWork => ({
  ...(assigned ? { assignedTo: receiverOf(opened(assigned)) } : {}),
  ...(snoozed ? { snooze: snoozeOf(opened(snoozed)) } : {}),
})

/** To whom a request was given; by some digits of a mark where the name can't be read any more. */
const receiverOf = ({ data }: NonNullable<StoredRequestWork['assigned']>): string =>
  data.to ?? shortPseudonym(pseudonymOf((data as Encryptable).sealed?.marks?.[assigneePseudonymName] ?? ''))

function snoozeOf({ actor: by, time: at, data }: WorkEventOf<'RequestSnoozed'>): NonNullable<RequestWork['snooze']> {
  const { until, reason } = data
  const said = isRedacted(data) ? lacking : reason ? { reason } : {}
  return { until: new Date(until ?? at).toISOString(), by, at, ...said }
}
