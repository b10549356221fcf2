import { notificationsTopic, ordersTopic } from '@holdfast/schemas'
import { documentCheck } from '@holdfast/test-kit/document-check'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import { factHash } from '@holdfast/trust'
import type { Violation } from '../../../checker/observations.ts'
import type { Promised } from '../judging/judge.ts'
import { type CheckFact, type CheckHistories, isOver, kindOf } from './histories.ts'
import type { SentCheck } from './officials.ts'
import { countries } from './services.ts'

export interface JudgedChecks {
  readonly log: MemoryLog
  readonly histories: CheckHistories
  readonly sent: readonly SentCheck[]
  /** All work had the time to finish. */
  readonly isFinished: boolean
  readonly promised: Pick<Promised, 'isForgotten'>
  /** How often late owners sent orders or notifications. */
  readonly lateOrders: number
}

/** The violations of what is promised of checks: none is lost or doubled, and the rules decide each step. */
export function judgeChecks({ log, histories, sent, isFinished, promised, lateOrders }: JudgedChecks): Violation[] {
  const violations: Violation[] = []
  const found = (invariant: string, message: string, requestId?: string) =>
    void violations.push({ invariant: `checks: ${invariant}`, message, ...(requestId === undefined ? {} : { requestId }) })
  const all = histories.all()

  for (const { key, requestIds } of sent) {
    if (requestIds.size > 1) found('one receipt', `${key} got several: ${[...requestIds]}`)
    if (!isFinished) continue
    const [requestId] = requestIds
    if (requestId === undefined) found('everything ends', `${key} is not accepted`)
    else if (!isOver((all.get(requestId) ?? []).map(kindOf)))
      found('everything ends', `is at ${all.get(requestId)?.map(kindOf)}`, requestId)
  }
  const accepted = new Set(sent.flatMap(({ requestIds }) => [...requestIds]))
  for (const [requestId, facts] of all) {
    if (!accepted.has(requestId) && isFinished) found('only what was sent', 'no member sent it', requestId)
    judgeHistory(facts, message => found('history', message, requestId))
  }
  judgeClaims(sent, all, message => found('one claim', message))

  const messages = (name: string) =>
    log.topics().includes(name) ? log.recordsOf(name, 0).map(({ value }) => JSON.parse(value) as Message) : []
  const judgeMessages = (what: string, of: readonly Message[], wanted: readonly CheckFact[]) => {
    const times = Map.groupBy(of, ({ causationid }) => causationid)
    for (const {
      fact: { id, subject, sequence },
    } of wanted) {
      const count = times.get(id)?.length ?? 0
      if (count === 0 && isFinished && !promised.isForgotten) found(what, `none for fact ${sequence}`, subject)
      if (count > 1 && lateOrders === 0) found(what, `${count} for fact ${sequence}`, subject)
    }
  }
  const facts = [...all.values()].flat()
  for (const country of Object.values(countries)) {
    const received = messages(notificationsTopic(country, documentCheck.topicPrefix).name)
    judgeMessages(
      `notifications to ${country}`,
      received.filter(({ data }) => data.sequence !== undefined),
      facts,
    )
  }
  const passed = facts.filter(each => kindOf(each) === 'CheckPassed')
  judgeMessages('orders', messages(ordersTopic(countries.issuing, documentCheck.topicPrefix).name), passed)
  return violations
}

interface Message {
  readonly causationid: string
  readonly data: { readonly sequence?: number }
}

function judgeHistory(history: readonly CheckFact[], found: (message: string) => void): void {
  const kinds = history.map(kindOf)
  const facts = history.map(({ fact }) => fact)
  for (const fact of facts)
    if (factHash(fact as Parameters<typeof factHash>[0]) !== fact.hash) found(`fact ${fact.sequence} has another hash`)
  if (new Set(facts.map(({ causationid }) => causationid)).size < facts.length) found(`a command is decided twice: ${kinds}`)
  if (kinds[0] !== 'CheckOpened' || kinds.lastIndexOf('CheckOpened') > 0) found(`it is not opened once: ${kinds}`)
  if (kinds.filter(kind => isOver([kind])).length > 1) found(`it ends more than once: ${kinds}`)
  const settled = facts[kinds.indexOf('CheckSettled')]
  const proposed = facts[kinds.indexOf('ActionProposed')]
  if (settled && (!proposed || proposed.actor === settled.actor)) found(`one person settled it: ${settled.actor}`)
}

/** From when to when a check of its document was under way; undefined if it never was. */
function claimedBy(history: readonly CheckFact[]): { readonly fromMs: number; readonly toMs: number } | undefined {
  const passed = history.find(each => kindOf(each) === 'CheckPassed')
  return passed && { fromMs: passed.atMs, toMs: history.find(each => isOver([kindOf(each)]))?.atMs ?? Number.POSITIVE_INFINITY }
}

/** One country checks a document once at a time. */
function judgeClaims(sent: readonly SentCheck[], all: ReadonlyMap<string, readonly CheckFact[]>, found: (message: string) => void): void {
  for (const [number, checks] of Map.groupBy(sent, check => check.number)) {
    const times = checks.flatMap(({ requestIds }) => [...requestIds]).flatMap(id => claimedBy(all.get(id) ?? []) ?? [])
    const [first, ...others] = times.sort((a, b) => a.fromMs - b.fromMs)
    let last = first
    for (const next of others) {
      if (last && next.fromMs < last.toMs) found(`${number} is checked twice at a time: from ${last.fromMs} and from ${next.fromMs}`)
      last = next
    }
  }
}
