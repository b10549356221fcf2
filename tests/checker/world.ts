import { type CountedRefusal, type Ledger, readLedger } from './ledger/histories.ts'
import { parsed } from './ledger/records.ts'
import type { Delivered, Observations } from './observations.ts'
import { type CheckedFact, type Derived, deriveHistory } from './state/step.ts'

/** A CloudEvent that the engine sent to a country. */
export interface SentEvent {
  readonly id: string
  readonly causationid?: string
  readonly subject: string
  readonly country: string
  readonly value: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The observations, parsed once. */
export interface World {
  readonly observations: Observations
  readonly ledger: Ledger
  readonly derived: ReadonlyMap<string, Derived>
  /** Each fact and refusal that counts, by its id. */
  readonly facts: ReadonlyMap<string, CheckedFact>
  readonly refusals: ReadonlyMap<string, CountedRefusal>
  /** Facts that count but follow one that the checker could not apply: their states are not known. */
  readonly underived: ReadonlySet<string>
  readonly orders: readonly SentEvent[]
  readonly notifications: readonly SentEvent[]
}

/** Reports a violation. */
export type Report = (invariant: string, requestId: string | undefined, message: string) => void

export function readWorld(observations: Observations, report: Report): World {
  const ledger = readLedger(observations.ledger)
  const derived = new Map<string, Derived>()
  const facts = new Map<string, CheckedFact>()
  const refusals = new Map<string, CountedRefusal>()
  const underived = new Set<string>()
  for (const history of ledger.histories.values()) {
    const each = deriveHistory(history)
    derived.set(history.requestId, each)
    for (const step of each.steps) facts.set(step.fact.id, step)
    for (const { fact } of history.facts.slice(each.steps.length)) underived.add(fact.id)
    for (const refusal of history.refusals) refusals.set(refusal.refusal.id, refusal)
    for (const { invariant, message } of each.problems) report(invariant, history.requestId, message)
  }
  const read = (sent: readonly Delivered[], invariant: string) => sent.flatMap(each => readEvent(each, invariant, report))
  const [orders, notifications] = [read(observations.orders, 'order-caused'), read(observations.notifications, 'notification-caused')]
  return { observations, ledger, derived, facts, refusals, underived, orders, notifications }
}

function readEvent({ country, value }: Delivered, invariant: string, report: Report): readonly SentEvent[] {
  const event = parsed(value) as Partial<SentEvent> | undefined
  if (typeof event?.id === 'string' && typeof event.data === 'object' && event.data !== null)
    return [{ ...event, subject: event.subject ?? '', country: country.toUpperCase(), value } as SentEvent]
  report(invariant, undefined, `what came to ${country} is no event: ${value.slice(0, 100)}`)
  return []
}

/** A repeated id. */
export interface Repeat {
  readonly id: string
  readonly times: number
}

/** The observed orders, or the observed notifications. */
export interface Sent {
  readonly repeats: readonly Repeat[]
  /** How many are necessary. */
  readonly due: number
  /** How many of those were never sent. In an unfinished run they can still follow. */
  readonly missing: number
}

/** The first event of each id; a repeat must be byte for byte the same. */
export function firsts(
  events: readonly SentEvent[],
  invariantOf: (event: SentEvent) => string,
  report: Report,
): { readonly first: ReadonlyMap<string, SentEvent>; readonly repeats: readonly Repeat[] } {
  const first = new Map<string, SentEvent>()
  const times = new Map<string, number>()
  for (const event of events) {
    const known = first.get(event.id)
    if (!known) first.set(event.id, event)
    else {
      times.set(event.id, (times.get(event.id) ?? 1) + 1)
      if (known.value !== event.value || known.country !== event.country)
        report(invariantOf(event), event.subject, `${event.id} was repeated with another text, or to another country`)
    }
  }
  return { first, repeats: [...times].map(([id, count]) => ({ id, times: count })) }
}

export type Invariants = Readonly<Record<string, string>>
