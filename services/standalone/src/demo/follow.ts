import type { Client } from '@holdfast/client'
import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import { type Deadline, type Fact, type FactKind, factKindOf, isFact } from '@holdfast/payment-stop/language'
import { deadlinesOf, evolve, type RequestSnapshot, statesOf, viewOf } from '@holdfast/payment-stop/lifecycle'
import { createArrivals } from './arrivals.ts'
import { describeActor, describeMoney, formatInstant, moneyOfFact, notesOfFact } from './describe.ts'
import { describeStep } from './describe-step.ts'
import { nameOf } from './name-of.ts'
import { phaseColor, type Screen } from './screen.ts'
import type { StoryCheck } from './story-check.ts'

/** A fact of the stream and the request after it. */
export interface ShownFact {
  readonly fact: Fact
  readonly view: PaymentStopView
}

/** A deadline of one of the requests. */
export interface ArmedDeadline extends Deadline {
  readonly requestId: string
}

/** One desk's screen: every fact of its country from the live stream. */
export interface Following {
  /** Every fact so far, in stream order. */
  readonly shown: readonly ShownFact[]
  /** Resolves once the fact is on the screen. Throws if it does not arrive. */
  until(requestId: string, kind: FactKind, nth?: number): Promise<ShownFact>
  /** The earliest deadline of the facts so far; undefined if none is due by that instant. */
  nextDeadline(by: string): ArmedDeadline | undefined
  /** Resolves once the fact about the expired deadline is on the screen. */
  untilPassed(deadline: ArmedDeadline): Promise<ShownFact>
  stop(): Promise<void>
}

const columns: readonly number[] = [12, 9, 42, 16, 14]

/**
 * Shows each transition that a country's desk can read, from the first fact on. The states are derived from the stream
 * alone.
 */
export function follow(client: Client<PaymentStopTypes>, screen: Screen, check: StoryCheck): Following {
  const stopping = new AbortController()
  const snapshots = new Map<string, RequestSnapshot>()
  const shown: ShownFact[] = []
  const arrivals = createArrivals<ShownFact & { readonly nth: number }>()
  const nameOfId = (requestId: string) => {
    const snapshot = snapshots.get(requestId)
    return snapshot ? nameOf(viewOf(snapshot)) : requestId
  }

  const stateOf = (requestId: string) => {
    const snapshot = snapshots.get(requestId)
    return snapshot ? `in ${statesOf(snapshot).join(', ')}` : 'unknown'
  }

  async function applyFact(fact: Fact): Promise<void> {
    const last = snapshots.get(fact.subject)
    const { accepted, snapshot } = evolve(last, fact)
    check.expect(`fact ${fact.sequence} of ${nameOfId(fact.subject)} is the next one of its request`, accepted, true)
    if (!accepted || !snapshot) return
    snapshots.set(fact.subject, snapshot)
    const view = viewOf(snapshot)
    await showTransition(screen, fact, last && viewOf(last), view)
    for (const note of notesOfFact(fact, nameOfId)) await screen.note(note)
    shown.push({ fact, view })
    const nth = shown.filter(other => other.fact.subject === fact.subject && other.fact.type === fact.type).length
    arrivals.add({ fact, view, nth })
  }

  const reading = (async () => {
    for await (const { fact } of client.watch({ from: 'start', signal: stopping.signal })) await applyFact(fact)
  })()
  reading.catch(arrivals.fail)

  return {
    shown,
    until: (requestId, kind, nth = 1) =>
      arrivals.first(
        () => `${kind} on ${nameOfId(requestId)}, which is ${stateOf(requestId)}`,
        item => item.fact.subject === requestId && factKindOf(item.fact) === kind && item.nth === nth,
      ),
    nextDeadline: by =>
      [...snapshots.values()]
        .flatMap(snapshot => deadlinesOf(snapshot).map(deadline => ({ requestId: snapshot.requestId, ...deadline })))
        .filter(({ dueAt }) => Date.parse(dueAt) <= Date.parse(by))
        .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))[0],
    untilPassed: ({ requestId, ...deadline }) =>
      arrivals.first(
        () => `the deadline ${deadline.kind} of ${nameOfId(requestId)}`,
        ({ fact }) => fact.subject === requestId && isExpiryOf(fact, deadline),
      ),
    async stop() {
      stopping.abort()
      // Callers already have the error if the stream ended early.
      await reading.catch(() => undefined)
    },
  }
}

function isExpiryOf(fact: Fact, { kind, dueAt, about }: Deadline): boolean {
  if (!isFact(fact, 'DeadlineReached') && !isFact(fact, 'HoldExpired')) return false
  return fact.data.kind === kind && fact.data.dueAt === dueAt && fact.data.about === about
}

export function showHead({ line, colors }: Screen): void {
  line(colors.dim(`  ${cellsOf(['time (SGT)', 'request', 'from → to', 'by', 'amount'])}`))
  line(colors.dim(`  ${'─'.repeat(columns.reduce((sum, width) => sum + width, 0) + columns.length - 1)}`))
}

async function showTransition(
  { row, colors }: Screen,
  fact: Fact,
  before: PaymentStopView | undefined,
  after: PaymentStopView,
): Promise<void> {
  const money = moneyOfFact(fact)
  const [time = '', request = '', change = '', actor = '', amount = ''] = cells([
    formatInstant(fact.time),
    nameOf(after),
    describeStep(fact, before, after),
    describeActor(fact.actor),
    money ? describeMoney(money) : '',
  ])
  await row(`  ${colors.dim(time)} ${colors.bold(request)} ${phaseColor(colors, after.phase)(change)} ${actor} ${amount}`.trimEnd())
}

const cells = (texts: readonly string[]) =>
  texts.map((text, at) => (at === columns.length - 1 ? text.padStart(columns[at] ?? 0) : text.padEnd(columns[at] ?? 0)))
const cellsOf = (texts: readonly string[]) => cells(texts).join(' ')
