/**
 * What clients observed of a run, and the ledger as stored. Plain data: `check` gets it from a simulation in the same
 * process, `main.ts` from a file.
 */
export interface Observations {
  /** Requests as members sent them, each with all attempts under one key and with one document. */
  readonly requests: readonly SentRequest[]
  /** Commands of persons at a desk. */
  readonly commands: readonly GivenCommand[]
  /** Answers of institutions, as sent. */
  readonly answers: readonly SentAnswer[]
  /** Orders that institutions accepted, raw, in the order of arrival. */
  readonly orders: readonly Delivered[]
  /** Notifications that member systems accepted, raw, in the order of arrival. */
  readonly notifications: readonly Delivered[]
  /** Reads of desks. A reader reads in sequence at one desk: two desks are two readers. */
  readonly reads: readonly Read[]
  /** `freeze.ledger` as stored: every record, raw, by partition in order. */
  readonly ledger: readonly LedgerLine[]
  /** Faults have ended and the engine had time: open work must be finished or wait for a person or a deadline. */
  readonly isFinished: boolean
  /**
   * The log time until which deadlines had time to be reached, where known. In a finished run none before it is left.
   */
  readonly endedMs?: number
}

export interface SentRequest {
  /** Such as `SG/system/ncb`. */
  readonly by: string
  readonly key: string
  /** A document in JSON; a string is an ISO 20022 message, of which only the receipt is known. */
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
  /** As a projection has them: an amount of money for each name. */
  readonly amounts?: unknown
}

export interface LedgerLine {
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly value: string
}

/**
 * `unknown` is neither success nor failure: no answer, a 5xx, a lost connection. `body` is the receipt, the command's
 * outcome or the problem details.
 */
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
