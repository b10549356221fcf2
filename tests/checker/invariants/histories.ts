import { canonical, sha256 } from '../canonical.ts'
import { consequenceId } from '../ids.ts'
import { storedFormOf } from '../ledger/encrypted.ts'
import type { History } from '../ledger/histories.ts'
import { type Fact, kindOf } from '../ledger/records.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofHistories: Invariants = {
  'ledger-readable': 'Every record of the ledger can be read.',
  'one-partition': 'All records of a request lie in one partition.',
  'history-unbroken':
    'What does not count was overtaken: a fact with its number, a refusal of its command, or what it is built on, is there; nothing is missing.',
  'hash-chain': 'The hash of a fact is the SHA-256 of its canonical JSON, and its prevhash the hash of the fact before.',
  'decided-once': 'A command becomes one fact or one refusal, and its id follows from it.',
  'level-kept': 'What only a newer version knows is written once the level of its partition is raised, and not before.',
  'refusals-bounded': 'At most 20 refusals of each country and role are on record, and 20 that came after the end.',
  transition: 'Each fact is one that docs/lifecycle.md has for the state that it meets.',
  'who-may': 'Each fact was made by a side and role that may (V18).',
  phase: 'A fact states the phase that the checker’s own fold has after it.',
  'led-to': 'A fact says of states, amounts, deadlines, proposals and outcome what the checker’s own fold has after it.',
  sums: 'Frozen and moved onward are no more than requested, recovered and charges no more than held; nothing is negative (V19).',
  'one-currency': 'All amounts of a request are in its currency (V19).',
  'two-persons': 'Where two persons are required (V17), another person of the same side had proposed it in the same words.',
  'deadline-early': 'No deadline passes before it is due, by the time of its record and of its fact.',
  'deadline-armed': 'A deadline that passes is armed: it passes once for each arming, and not after it was disarmed.',
}

/** What the fold finds is reported as it goes; here is what the log shows by itself. */
export function checkHistories({ ledger }: World, report: Report): void {
  for (const { line, why } of ledger.unreadable) report('ledger-readable', undefined, `the record ${line.partition}/${line.offset} ${why}`)
  for (const { fact, line } of ledger.strays)
    report('one-partition', fact.subject, `fact ${fact.sequence} lies in partition ${line.partition}, others elsewhere`)
  for (const history of ledger.histories.values()) {
    checkChain(history, report)
    checkNoise(history, report)
    checkDecisions(history, report)
  }
}

function checkChain({ requestId, facts }: History, report: Report): void {
  for (const { fact } of facts)
    if (!isWhole(fact)) report('hash-chain', requestId, `fact ${fact.sequence}, ${kindOf(fact)}, has not the hash that it states`)
}

function isWhole(fact: Fact): boolean {
  try {
    return sha256(canonical(storedFormOf(fact), 'hash')) === fact.hash
  } catch {
    return false
  }
}

/** A late writer's facts are repeats of what counts, or forks of it, or of a command that was refused, or go on from such a one. Whatever else does not count has lost what was before it. */
function checkNoise({ requestId, facts, noise }: History, report: Report): void {
  if (facts.length === 0 && noise.length > 0) return void report('history-unbroken', requestId, 'has facts and was never opened')
  const explained = new Set<string>()
  for (const { fact, wasRefused } of noise) {
    if (fact.sequence > facts.length && !wasRefused && !explained.has(fact.prevhash))
      report('history-unbroken', requestId, `fact ${fact.sequence}, ${kindOf(fact)}, is built on nothing that is there`)
    else explained.add(fact.hash)
  }
}

/** As many of each budget. */
const refusalsMax = 20

function checkDecisions({ requestId, facts, refusals }: History, report: Report): void {
  const decided = new Set<string>()
  const budgets = new Map<string, number>()
  const decide = (causationid: string, what: string) => {
    if (decided.has(causationid)) report('decided-once', requestId, `${what} is the second word on command ${causationid}`)
    decided.add(causationid)
  }
  for (const { fact } of facts) {
    decide(fact.causationid, `fact ${fact.sequence}, ${kindOf(fact)},`)
    if (fact.id !== consequenceId('fact', requestId, fact.causationid))
      report('decided-once', requestId, `fact ${fact.sequence}, ${kindOf(fact)}, has an id that does not follow from its command`)
  }
  for (const { refusal } of refusals) {
    decide(refusal.causationid, `refusal ${refusal.number}`)
    const budget = `${refusal.actor.slice(0, refusal.actor.lastIndexOf('/'))}${refusal.data.late ? ' after the end' : ''}`
    budgets.set(budget, (budgets.get(budget) ?? 0) + 1)
  }
  for (const [budget, count] of budgets)
    if (count > refusalsMax) report('refusals-bounded', requestId, `${count} refusals of ${budget} are on record`)
}
