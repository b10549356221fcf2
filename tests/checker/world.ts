import { type CheckedFact, type Folded, foldHistory } from './fold/step.ts'
import { type CountedRefusal, type Ledger, readLedger } from './ledger/histories.ts'
import { parsed } from './ledger/records.ts'
import type { Delivered, Observations } from './observations.ts'

/** A CloudEvent that the engine sent to a country. */
export interface SentEvent {
  readonly id: string
  readonly causationid?: string
  readonly subject: string
  readonly country: string
  readonly value: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What was observed, read once. */
export interface World {
  readonly observations: Observations
  readonly ledger: Ledger
  readonly folded: ReadonlyMap<string, Folded>
  /** Each fact and refusal that counts, by its id. */
  readonly facts: ReadonlyMap<string, CheckedFact>
  readonly refusals: ReadonlyMap<string, CountedRefusal>
  /** Facts that count and that the fold could not go as far as: what they led to is not known. */
  readonly unfolded: ReadonlySet<string>
  readonly orders: readonly SentEvent[]
  readonly notices: readonly SentEvent[]
}

/** Says what does not hold. */
export type Report = (invariant: string, requestId: string | undefined, message: string) => void

export function readWorld(observations: Observations, report: Report): World {
  const ledger = readLedger(observations.ledger)
  const folded = new Map<string, Folded>()
  const facts = new Map<string, CheckedFact>()
  const refusals = new Map<string, CountedRefusal>()
  const unfolded = new Set<string>()
  for (const history of ledger.histories.values()) {
    const each = foldHistory(history)
    folded.set(history.requestId, each)
    for (const step of each.steps) facts.set(step.fact.id, step)
    for (const { fact } of history.facts.slice(each.steps.length)) unfolded.add(fact.id)
    for (const refusal of history.refusals) refusals.set(refusal.refusal.id, refusal)
    for (const { invariant, message } of each.problems) report(invariant, history.requestId, message)
  }
  const read = (sent: readonly Delivered[], invariant: string) => sent.flatMap(each => readEvent(each, invariant, report))
  const [orders, notices] = [read(observations.orders, 'order-caused'), read(observations.notices, 'notice-caused')]
  return { observations, ledger, folded, facts, refusals, unfolded, orders, notices }
}

function readEvent({ country, value }: Delivered, invariant: string, report: Report): readonly SentEvent[] {
  const event = parsed(value) as Partial<SentEvent> | undefined
  if (typeof event?.id === 'string' && typeof event.data === 'object' && event.data !== null)
    return [{ ...event, subject: event.subject ?? '', country: country.toUpperCase(), value } as SentEvent]
  report(invariant, undefined, `what came to ${country} is no event: ${value.slice(0, 100)}`)
  return []
}

/** Something that came more than once under one id. */
export interface Repeat {
  readonly id: string
  readonly times: number
}

/** What was seen of the orders, or of the notifications, that facts and refusals make necessary. */
export interface Sent {
  readonly repeats: readonly Repeat[]
  /** How many are necessary. */
  readonly due: number
  /** How many of those were never sent. In a run that is not finished they may still come. */
  readonly missing: number
}

/** The first of each id; what comes again has to be the same, byte for byte. */
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
        report(invariantOf(event), event.subject, `${event.id} came again with other words, or to another country`)
    }
  }
  return { first, repeats: [...times].map(([id, count]) => ({ id, times: count })) }
}

export type Invariants = Readonly<Record<string, string>>
