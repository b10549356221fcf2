import type { FieldState } from './field-states.ts'
import type { ApiTypes } from './views.ts'
import type { WorkEvent, WorkKind } from './work-events.ts'

/** The person who did something at the desk, and when. */
export interface WorkStamp {
  readonly by: string
  readonly at: string
}

/** `isRedacted` is set if the text of the person was erased or its key is missing. */
interface MayBeRedacted {
  readonly isRedacted?: true
}

/** Snoozed until then, or until a fact that an officer of the country has to see. */
export interface Snooze extends WorkStamp, MayBeRedacted {
  readonly until: string
  readonly reason?: string
}

/** The work state of a request at the reader's desk. */
export interface RequestWork {
  /** The assignee in lower case; absent if there is none. */
  readonly assignedTo?: string
  /** Present while the request is snoozed. */
  readonly snooze?: Snooze
}

/** A note; a struck one stays in the list. */
export interface NoteView extends WorkStamp, MayBeRedacted {
  /** Its sequence in the work log, by which it can be struck. */
  readonly sequence: number
  readonly text?: string
  readonly struck?: WorkStamp & MayBeRedacted & { readonly reason?: string }
}

/** The response of `GET /v1/work?requestId=`. */
export interface WorkPage<T extends ApiTypes = ApiTypes> extends RequestWork {
  /** The newest hundred, newest first, struck ones too. */
  readonly notes: readonly NoteView[]
  /** Open and past alerts of the request: the newest hundred, newest first. */
  readonly alerts: readonly T['alert'][]
  /** All work events of the request, newest first. */
  readonly events: readonly WorkEvent[]
  /** Present if there are older ones: `GET /v1/work?requestId=&after=`. */
  readonly nextCursor?: string
}

/** The response of `POST /v1/work` after the event is in the chain. */
export interface WorkDone {
  readonly event: WorkEvent
}

/** The lists of `GET /v1/work-inbox`: the reader's requests, unassigned ones, those of a person, or snoozed ones. */
export const inboxKinds = ['me', 'unassigned', 'person', 'snoozed'] as const
export type InboxKind = (typeof inboxKinds)[number]

export interface InboxItem<T extends ApiTypes = ApiTypes> {
  readonly request: T['view']
  readonly work: RequestWork
}

/**
 * The response of `GET /v1/work-inbox`: open requests by next deadline, snoozed ones by wake-up time. A page may be
 * shorter than its limit and still have a `nextCursor`.
 */
export interface InboxPage<T extends ApiTypes = ApiTypes> {
  readonly items: readonly InboxItem<T>[]
  readonly nextCursor?: string
}

/** The response of `GET /v1/work-alerts`: unacknowledged alerts, newest first. */
export interface OpenAlertPage<T extends ApiTypes = ApiTypes> {
  readonly alerts: readonly T['alert'][]
  readonly nextCursor?: string
}

/** The response of `GET /v1/persons`, sorted by name. */
export interface PersonList {
  readonly persons: ReadonlyArray<{ readonly person: string; readonly lastSeenAt: string }>
}

/**
 * The response of `POST /v1/requests/ID/reveal`: the decrypted field, after the access is on record. A field whose key
 * is destroyed is `gone`.
 */
export interface RevealedField {
  readonly path: string
  readonly field: Exclude<FieldState, { is: 'encrypted' }>
  readonly event: WorkEvent
}

/** The body of `POST /v1/work`. */
export interface WorkBodyView {
  readonly kind: WorkKind
  readonly requestId?: string
  readonly data: unknown
}
