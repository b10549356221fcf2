import type { EncryptedData, LedgerFact, RefusedCommand } from '@holdfast/schemas'
import type { BasicSummary } from './views.ts'

/** A fact with the summaries before and after it. */
export interface SummaryStep<Summary> {
  readonly fact: LedgerFact
  readonly before: { readonly summary: Summary } | undefined
  readonly state: { readonly summary: Summary }
}

/** What an institution must do because of a fact. A workflow may add more, such as an amount. */
export interface Instruction {
  readonly kind: string
  readonly reason: string
}

/** A sent order, with what is needed to match its answer: its instruction without the reason. */
export interface SentOrder extends Omit<Instruction, 'reason'> {
  readonly orderId: string
  /** The institution in the document when the order was sent. */
  readonly bic: string
}

/** What encrypts the personal data of a stored frame: the encrypted field of the fact that brought its document. */
export interface EncryptedFrame {
  readonly requestId: string
  /** The command that brought the document: the encrypted field is bound to it. */
  readonly commandId: string
  readonly encrypted: EncryptedData
}

/** The orders to institutions. Their data are an instruction and the frame, which all orders of a request have in common. */
export interface Orders<Summary = BasicSummary, Document = unknown, Frame extends object = object, Told extends Instruction = Instruction> {
  /** The country whose institutions get them: always the same for one request. */
  countryOf(summary: Summary): string
  /** The BIC of the institution that gets them. */
  institutionOf(document: Document): string
  frameOf(requestId: string, document: Document): Frame
  /** The provider that has the wallet, if the order is about one: the directory names recipients by it. */
  vaspOf?(frame: Frame): string | undefined
  /**
   * The frame of a document with its personal data. Members have the order that `frameOf` gives them, so that a repeated
   * order has the same bytes.
   *
   * @param stored as `frameOf` made it of a document without these values.
   * @param values the decrypted values by their JSON pointers in the data of the fact.
   */
  openFrame(stored: Frame, values: Readonly<Record<string, unknown>>): Frame
  /** The instruction that a fact makes necessary. One at most, so that the fact's id determines the order's id. */
  instructionFor(step: SummaryStep<Summary>): Told | undefined
}

/** A notification to a country. */
export interface RequestNotification {
  /** Distinguishes the notifications of one fact. Never change one: a repeat would get another id. */
  readonly index: number
  readonly data: { readonly kind: string; readonly country: string }
}

/** The notifications to the countries of a request. */
export interface Notifications<Summary = BasicSummary, Known = unknown> {
  ofFact(step: SummaryStep<Summary>): readonly RequestNotification[]
  ofRefusal(refused: RefusedCommand, summary: Summary): readonly RequestNotification[]
  /** The keys of a request are destroyed while it is parked. */
  ofErasureWhileParked(fact: LedgerFact, known: Known): readonly RequestNotification[]
  /**
   * The erasure of a request waits, because the ledger cannot process its facts.
   *
   * @param fact the one that brought its document.
   */
  ofWaitingErasure(fact: LedgerFact, summary: Summary): readonly RequestNotification[]
  /** What is known of a parked request, of which there may be no summary. */
  knownOf(summary: Summary): Known
  /** The same after one more fact, of any version. */
  knownAfter(before: Known | undefined, fact: LedgerFact): Known
}

/** A fact that a later one may refer to, with its offset and that of its document in the ledger partition. */
export interface WaitingFact {
  readonly sequence: number
  readonly offset: number
  readonly documentOffset: number
}

/** A fact with all that dispatch knows of its request. */
export interface OnwardStep<Summary> extends SummaryStep<Summary> {
  readonly before: { readonly summary: Summary; readonly waiting: readonly WaitingFact[] } | undefined
  readonly state: { readonly summary: Summary; readonly documentOffset: number }
  readonly offset: number
}

/** The command that opens a further request. */
export interface OnwardCommand {
  readonly requestId: string
  readonly kind: string
  readonly data: object
}

/** The requests that follow from others. */
export interface OnwardRequests<Summary = BasicSummary> {
  /** Whether a fact opens one. */
  isOpenedBy(fact: LedgerFact): boolean
  /** The facts that a fact in the future may open one for, after this fact. */
  waitingAfter(fact: LedgerFact, waiting: readonly WaitingFact[], at: Omit<WaitingFact, 'sequence'>): readonly WaitingFact[]
  /** The command of a fact that opens one. Reads facts of the same request; their personal data is readable. */
  commandFor(step: OnwardStep<Summary>, readFact: (offset: number) => Promise<LedgerFact>): Promise<OnwardCommand>
}

/** What dispatch sends because of the facts of a workflow. Its types are those of the workflow. */
export interface Dispatching<
  Summary extends BasicSummary = BasicSummary,
  Document = unknown,
  Frame extends object = object,
  Told extends Instruction = Instruction,
  Known = unknown,
> {
  readonly notifications: Notifications<Summary, Known>
  /** Undefined if the workflow sends none. */
  readonly orders?: Orders<Summary, Document, Frame, Told>
  /** Undefined if no request follows from another. */
  readonly onward?: OnwardRequests<Summary>
}
