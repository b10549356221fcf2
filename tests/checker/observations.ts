/** What the outside saw of a run, and the ledger as it lies. Plain data: `check` takes it from a simulator in the same process, `main.ts` from a file. */
export interface Observations {
  /** Requests as members sent them, each with all attempts under one key and with one document. */
  readonly requests: readonly SentRequest[]
  /** Commands that persons gave at a desk. */
  readonly commands: readonly GivenCommand[]
  /** Answers of institutions, as they were sent. */
  readonly answers: readonly SentAnswer[]
  /** Orders that institutions accepted, raw, in the order of their coming. */
  readonly orders: readonly Delivered[]
  /** Notices that member systems accepted, likewise. */
  readonly notices: readonly Delivered[]
  /** What somebody read. A reader reads one thing after the other, at one desk: two desks are two readers. */
  readonly reads: readonly Read[]
  /** `freeze.ledger` as it lies: every record, raw, by partition in order. */
  readonly ledger: readonly LedgerLine[]
  /** Faults have ended and everything had time: what is open must be finished or wait for a person or a deadline. */
  readonly isFinished: boolean
  /** The time by the log up to which deadlines had time to pass, where it is known: in a finished run none that is due before is left. */
  readonly endedMs?: number
}

export interface SentRequest {
  /** Such as `SG/system/ncb`. */
  readonly by: string
  readonly key: string
  /** A document in JSON; a string is a bank's message, of which only the receipt is known. */
  readonly document: unknown
  readonly attempts: readonly Attempt[]
}

export interface GivenCommand {
  readonly by: string
  readonly key: string
  readonly requestId: string
  readonly command: string
  readonly data: unknown
  readonly attempts: readonly Attempt[]
}

export interface SentAnswer {
  readonly by: string
  /** Of the CloudEvent. */
  readonly id: string
  readonly orderId: string
  readonly requestId: string
  readonly kind: string
  readonly details: unknown
  readonly attempts: readonly Attempt[]
}

export interface Delivered {
  readonly country: string
  readonly atMs: number
  readonly value: string
}

export interface Read {
  readonly by: string
  readonly atMs: number
  readonly requestId: string
  readonly sequence: number
  readonly phase: string
  /** As a view has them: an amount of money for each name. */
  readonly amounts?: unknown
}

export interface LedgerLine {
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly value: string
}

/** `unknown` is neither success nor failure: no answer, a 5xx, a broken line. `body` is the receipt, the command's outcome or the problem details. */
export interface Attempt {
  readonly sentMs: number
  readonly endedMs?: number
  readonly outcome: 'accepted' | 'refused' | 'unknown'
  readonly body?: unknown
}

export interface Violation {
  readonly invariant: string
  readonly requestId?: string
  readonly message: string
}
