import type { Money } from '../money.ts'
import type { LedgerLine } from '../observations.ts'
import { withoutEncrypted } from './encrypted.ts'

export interface Deadline {
  readonly kind: string
  readonly dueAt: string
  readonly about?: string
}

/** The parts of a document that the checker reads; it compares all of it. */
export interface FreezeDocument {
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly requestedAmount?: Money
  readonly payment: { readonly amount: Money; readonly creditor: object; readonly creditorAgent: object }
  readonly offence: { readonly legalBasis: string }
  readonly handling: { readonly confidentiality: string; readonly discloseToHolder: boolean }
  readonly parent?: { readonly requestId: string; readonly hop: number }
}

interface Child {
  readonly requestId: string
  readonly hop: number
}

/** The data of facts that the checker reads. Each type has a part of it. */
export interface FactData {
  readonly request?: FreezeDocument
  readonly lineage?: readonly string[]
  readonly deadlines?: readonly Deadline[]
  readonly findings?: unknown
  readonly officers?: number
  readonly proposedBy?: string
  readonly command?: string
  readonly words?: string
  readonly data?: unknown
  readonly code?: string
  readonly reason?: string
  readonly note?: string
  readonly standingRequestId?: string
  readonly amount?: Money
  readonly charges?: Money
  readonly basis?: string
  readonly decision?: string
  readonly expiresAt?: string
  readonly extended?: readonly { readonly hold: number; readonly expiresAt: string }[]
  readonly country?: string
  readonly onward?: object
  readonly report?: number
  readonly corrects?: string
  readonly child?: Child
  readonly proposed?: Child
  readonly kind?: string
  readonly dueAt?: string
  readonly about?: string
  readonly resultingState?: ResultingState
}

export interface ResultingState {
  readonly states: readonly string[]
  readonly amounts?: Readonly<Record<string, string>>
  readonly deadlines: readonly Deadline[]
}

interface Event {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly causationid: string
  readonly actor: string
  readonly phase: string
  readonly requestingcountry: string
  readonly beneficiarycountry: string
  readonly orderid?: string
}

export interface Fact extends Event {
  readonly sequence: number
  readonly prevhash: string
  readonly hash: string
  readonly critical?: boolean
  readonly data: FactData
}

export interface Refusal extends Event {
  readonly aftersequence: number
  readonly afterhash: string
  readonly afterrefusal?: string
  readonly number: number
  readonly data: {
    readonly command: string
    readonly code: string
    readonly late?: boolean
    readonly last?: boolean
    readonly data?: unknown
  }
}

/** A feature level belongs to a partition and to no request. */
export type LedgerRecord =
  | { readonly is: 'fact'; readonly fact: Fact; readonly line: LedgerLine }
  | { readonly is: 'refusal'; readonly refusal: Refusal; readonly line: LedgerLine }
  | { readonly is: 'level'; readonly level: number }

const factPrefix = 'holdfast.fact.v1.'

/** `RequestOpened` of `holdfast.fact.v1.RequestOpened`. */
export const kindOf = ({ type }: Fact): string => (type.startsWith(factPrefix) ? type.slice(factPrefix.length) : type)

/** `TL/officer` of `TL/officer/a.costa`. */
export const memberRolePrefixOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/'))
export const countryOf = (actor: string): string => actor.slice(0, actor.indexOf('/'))
export const roleOf = (actor: string): string => actor.split('/')[1] ?? ''
export const isEngine = (actor: string): boolean => actor.startsWith('holdfast/')
/** Persons do not differ by upper and lower case. */
export const personOf = (actor: string): string =>
  actor.slice(0, actor.lastIndexOf('/') + 1) + actor.slice(actor.lastIndexOf('/') + 1).toLowerCase()

/** Parses a line of the ledger, or returns why it cannot be read. */
export function readRecord(line: LedgerLine): LedgerRecord | string {
  const record = parsed(line.value) as Partial<Fact & Refusal> | undefined
  if (!record) return 'is no JSON object'
  const { type, data } = record
  if (typeof type !== 'string' || typeof data !== 'object' || data === null) return 'has no type or data'
  if (type === 'holdfast.level.v1') {
    const { level } = data as { level?: unknown }
    return Number.isSafeInteger(level) ? { is: 'level', level: level as number } : 'has no level'
  }
  for (const name of ['id', 'subject', 'time', 'causationid', 'actor', 'phase'] as const)
    if (typeof record[name] !== 'string') return `has no ${name}`
  if (type === 'holdfast.refusal.v1') {
    if (!Number.isSafeInteger(record.number) || typeof record.afterhash !== 'string') return 'has no position after a history'
    return { is: 'refusal', refusal: withoutEncrypted(record as Refusal), line }
  }
  if (!type.startsWith('holdfast.fact.')) return `is of type ${type}`
  if (!Number.isSafeInteger(record.sequence) || typeof record.prevhash !== 'string' || typeof record.hash !== 'string')
    return 'has no position in a history'
  return { is: 'fact', fact: withoutEncrypted(record as Fact), line }
}

export function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
