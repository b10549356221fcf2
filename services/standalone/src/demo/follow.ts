import type { Client } from '@holdfast/client'
import { fold, type RequestSnapshot, statesOf, viewOf } from '@holdfast/lifecycle'
import { type Fact, type FactKind, factKindOf, type RequestView } from '@holdfast/schemas'
import { createArrivals } from './arrivals.ts'
import { phaseColor, type Screen } from './screen.ts'
import type { Told } from './told.ts'
import { describeActor, describeChange, describeMoney, formatInstant, moneyOfFact, notesOfFact } from './words.ts'

/** A fact of the stream and the request as it stands after it. */
export interface Shown {
  readonly fact: Fact
  readonly view: RequestView
}

/** One desk's screen: every fact of its country as the stream brings it. */
export interface Following {
  /** Every fact so far, in the order of the stream. */
  readonly shown: readonly Shown[]
  /** Resolves once that fact has been on the screen. Throws when it does not come. */
  until(requestId: string, kind: FactKind, nth?: number): Promise<Shown>
  stop(): Promise<void>
}

const columns: readonly number[] = [12, 7, 44, 16, 14]

/** Follows what a country's desk may see, from the first fact on, and shows each transition; the state before and after is folded from the stream alone. */
export function follow(client: Client, screen: Screen, told: Told): Following {
  const stopping = new AbortController()
  const snapshots = new Map<string, RequestSnapshot>()
  const shown: Shown[] = []
  const arrivals = createArrivals<Shown & { readonly nth: number }>()
  const nameOf = (requestId: string) => snapshots.get(requestId)?.state.context.caseReference ?? requestId

  const placeOf = (requestId: string) => {
    const snapshot = snapshots.get(requestId)
    return snapshot ? `in ${statesOf(snapshot).join(', ')}` : 'not there'
  }

  async function take(fact: Fact): Promise<void> {
    const last = snapshots.get(fact.subject)
    const { accepted, snapshot } = fold(last, fact)
    told.expect(`fact ${fact.sequence} of ${nameOf(fact.subject)} is the next one of its request`, accepted, true)
    if (!accepted || !snapshot) return
    snapshots.set(fact.subject, snapshot)
    const view = viewOf(snapshot)
    await showTransition(screen, fact, last && viewOf(last), view)
    for (const note of notesOfFact(fact, nameOf)) await screen.note(note)
    shown.push({ fact, view })
    const nth = shown.filter(other => other.fact.subject === fact.subject && other.fact.type === fact.type).length
    arrivals.add({ fact, view, nth })
  }

  const reading = (async () => {
    for await (const { fact } of client.watch({ from: 'start', signal: stopping.signal })) await take(fact)
  })()
  reading.catch(arrivals.fail)

  return {
    shown,
    until: (requestId, kind, nth = 1) =>
      arrivals.first(
        () => `${kind} on ${nameOf(requestId)}, which is ${placeOf(requestId)}`,
        item => item.fact.subject === requestId && factKindOf(item.fact) === kind && item.nth === nth,
      ),
    async stop() {
      stopping.abort()
      // What ended it early has been told to who waited.
      await reading.catch(() => undefined)
    },
  }
}

export function showHead({ line, colors }: Screen): void {
  line(colors.dim(`  ${cellsOf(['time (SGT)', 'request', 'from → to', 'by', 'amount'])}`))
  line(colors.dim(`  ${'─'.repeat(columns.reduce((sum, width) => sum + width, 0) + columns.length - 1)}`))
}

async function showTransition({ row, colors }: Screen, fact: Fact, before: RequestView | undefined, after: RequestView): Promise<void> {
  const money = moneyOfFact(fact)
  const [time = '', request = '', change = '', actor = '', amount = ''] = cells([
    formatInstant(fact.time),
    after.caseReference,
    describeChange(before, after),
    describeActor(fact.actor),
    money ? describeMoney(money) : '',
  ])
  await row(`  ${colors.dim(time)} ${colors.bold(request)} ${phaseColor(colors, after.phase)(change)} ${actor} ${amount}`.trimEnd())
}

const cells = (texts: readonly string[]) =>
  texts.map((text, at) => (at === columns.length - 1 ? text.padStart(columns[at] ?? 0) : text.padEnd(columns[at] ?? 0)))
const cellsOf = (texts: readonly string[]) => cells(texts).join(' ')
