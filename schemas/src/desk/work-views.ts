import type { FieldState } from './field-states.ts'
import type { AlertView, RequestView } from './views.ts'
import type { WorkEvent, WorkKind } from './work-events.ts'

/** Who did something at the desk, and when. */
export interface WorkStamp {
  readonly by: string
  readonly at: string
}

/** What a person wrote with it is not there where its words can't be read: they are gone, or their key is missing. */
interface MayLackWords {
  readonly lacksWords?: true
}

/** Put aside until then, or until a fact comes of which somebody of the country has to know. */
export interface Snooze extends WorkStamp, MayLackWords {
  readonly until: string
  readonly reason?: string
}

/** How a request stands at the desk of the reader's country. */
export interface RequestWork {
  /** The person who has it, in small letters; absent where nobody has. */
  readonly assignedTo?: string
  /** There while it sleeps. */
  readonly snooze?: Snooze
}

/** A note as it stands: struck ones stay where they are. */
export interface NoteView extends WorkStamp, MayLackWords {
  /** Of the work log; a note is struck by it. */
  readonly sequence: number
  readonly text?: string
  readonly struck?: WorkStamp & MayLackWords & { readonly reason?: string }
}

/** What `GET /v1/work?requestId=` answers. */
export interface WorkPage extends RequestWork {
  /** The newest hundred, newest first, struck ones too. */
  readonly notes: readonly NoteView[]
  /** What somebody has or had to look at: the newest hundred, newest first. */
  readonly alerts: readonly AlertView[]
  /** Everything that was done of the request, newest first. */
  readonly events: readonly WorkEvent[]
  /** There are older ones: `GET /v1/work?requestId=&after=`. */
  readonly nextCursor?: string
}

/** What `POST /v1/work` answers once it stands in the chain. */
export interface WorkDone {
  readonly event: WorkEvent
}

/** Whose requests `GET /v1/work-inbox` lists: the reader's, nobody's, a person's, or what is put aside. */
export const inboxKinds = ['me', 'nobody', 'person', 'snoozed'] as const
export type InboxKind = (typeof inboxKinds)[number]

export interface InboxItem {
  readonly request: RequestView
  readonly work: RequestWork
}

/** What `GET /v1/work-inbox` answers: open requests, next deadline first; what is put aside by when it wakes. A page may be shorter than its limit and have a `nextCursor` all the same. */
export interface InboxPage {
  readonly items: readonly InboxItem[]
  readonly nextCursor?: string
}

/** What `GET /v1/work-alerts` answers: what somebody has to look at and nobody has acknowledged, newest first. */
export interface OpenAlertPage {
  readonly alerts: readonly AlertView[]
  readonly nextCursor?: string
}

/** What `GET /v1/persons` answers: in the order of their names. */
export interface PersonList {
  readonly persons: ReadonlyArray<{ readonly person: string; readonly lastSeenAt: string }>
}

/** What `POST /v1/requests/ID/reveal` answers: the field as it is, once that it was revealed is on record. A field whose key is destroyed is gone. */
export interface RevealedField {
  readonly path: string
  readonly field: Exclude<FieldState, { is: 'sealed' }>
  readonly event: WorkEvent
}

/** What one writes to `POST /v1/work`. */
export interface WorkBodyView {
  readonly kind: WorkKind
  readonly requestId?: string
  readonly data: unknown
}
