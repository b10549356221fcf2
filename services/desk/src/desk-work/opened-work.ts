import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AlertView,
  lacksWords,
  markedPerson,
  type NoteView,
  type RequestWork,
  type Sealable,
  shortMark,
  toMark,
  type WorkEvent,
  type WorkEventOf,
} from '@holdfast/schemas'
import type { Words } from '@holdfast/sealing/wrappers'
import type { WorkAlert } from './read-alerts.ts'
import type { KeptNote, KeptRequestWork } from './read-request-work.ts'

/** Gives an event of the view with its words and names in their places; closed as it is where they can't be read. */
export type Opened = <T extends WorkEvent>(event: T) => T

/** Events that are opened before the event loop has everything else: some 3 ms of work on a busy machine. */
const atOnce = 25

/** In the order of the events. Throws StoreUnavailableError. */
export async function openInParts(words: Pick<Words, 'openedWithNames'>, events: readonly WorkEvent[]): Promise<WorkEvent[]> {
  const opened: WorkEvent[] = []
  for (let at = 0; at < events.length; at += atOnce) {
    if (at > 0) await nextTurn()
    opened.push(...(await words.openedWithNames(events.slice(at, at + atOnce))))
  }
  return opened
}

/** Opens events of one country together, which lie in the view as they are stored. Throws StoreUnavailableError. */
export async function openWork(words: Pick<Words, 'openedWithNames'>, events: readonly WorkEvent[]): Promise<Opened> {
  const stored = new Map(events.map(event => [event.sequence, event]))
  const opened = new Map((await openInParts(words, [...stored.values()])).map(event => [event.sequence, event]))
  return <T extends WorkEvent>({ sequence }: T) => opened.get(sequence) as T
}

/** Who acted in events, by their actors as they are stored: of each one event is opened. Throws StoreUnavailableError. */
export async function actorsOf(words: Pick<Words, 'openedWithNames'>, events: readonly WorkEvent[]): Promise<ReadonlyMap<string, string>> {
  const stored = [...new Map(events.map(event => [event.actor, event])).values()]
  const opened = await openInParts(words, stored)
  return new Map(stored.map(({ actor }, index) => [actor, opened[index]?.actor ?? actor]))
}

export const eventsOfNotes = (notes: readonly KeptNote[]): WorkEvent[] =>
  notes.flatMap(({ note, strike }): WorkEvent[] => (strike ? [note, strike] : [note]))

export const eventsOfWork = ({ assigned, snoozed }: KeptRequestWork): WorkEvent[] =>
  [assigned, snoozed].filter(event => event !== undefined)

export function alertView({ alert, acknowledgement }: WorkAlert, opened: Opened): AlertView {
  if (!acknowledgement) return alert
  const { actor: by, time: at } = opened(acknowledgement)
  return { ...alert, acknowledged: { by, at } }
}

const lacking = { lacksWords: true } as const

export function noteView({ note, strike }: KeptNote, opened: Opened): NoteView {
  const { sequence, actor: by, time: at, data } = opened(note)
  const said = lacksWords(data) ? lacking : { text: data.text }
  return { sequence, ...said, by, at, ...(strike ? { struck: struckOf(opened(strike)) } : {}) }
}

const struckOf = ({ actor: by, time: at, data }: WorkEventOf<'NoteStruck'>): NonNullable<NoteView['struck']> => ({
  by,
  at,
  ...(lacksWords(data) ? lacking : { reason: data.reason }),
})

export const requestWorkOf = ({ assigned, snoozed }: KeptRequestWork, opened: Opened): RequestWork => ({
  ...(assigned ? { assignedTo: receiverOf(opened(assigned)) } : {}),
  ...(snoozed ? { snooze: snoozeOf(opened(snoozed)) } : {}),
})

/** To whom a request was given; by some digits of a mark where the name can't be read any more. */
const receiverOf = ({ data }: NonNullable<KeptRequestWork['assigned']>): string =>
  data.to ?? shortMark(markedPerson((data as Sealable).sealed?.marks?.[toMark] ?? ''))

function snoozeOf({ actor: by, time: at, data }: WorkEventOf<'RequestSnoozed'>): NonNullable<RequestWork['snooze']> {
  const { until, reason } = data
  const said = lacksWords(data) ? lacking : reason ? { reason } : {}
  return { until: new Date(until ?? at).toISOString(), by, at, ...said }
}
