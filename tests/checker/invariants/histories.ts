import { canonical, sha256 } from '../canonical.ts'
import { consequenceId } from '../ids.ts'
import { storedFormOf } from '../ledger/encrypted.ts'
import type { History } from '../ledger/histories.ts'
import { type Fact, kindOf } from '../ledger/records.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofHistories: Invariants = {
  'ledger-readable': 'Every record of the ledger can be read.',
  'one-partition': 'All records of a request are in one partition.',
  'history-unbroken':
    'Each record that does not count was overtaken by a fact with its number or a refusal of its command; no record is missing.',
  'hash-chain': 'The hash of a fact is the SHA-256 of its canonical JSON, and its prevhash the hash of the fact before.',
  'decided-once': 'A command becomes one fact or one refusal, and its id follows from it.',
  'level-kept': 'Facts of a newer version are written only after the feature level of their partition is raised.',
  'refusals-bounded': 'At most 20 refusals of each member role are recorded, and 20 after the end.',
  transition: 'Each fact is one that docs/reference/states.md allows in the state before it.',
  'who-may': 'Each fact was caused by a member role with permission (V18).',
  phase: 'A fact states the phase that the checker derives.',
  'resulting-state': 'A fact states the states, amounts, deadlines, proposals and outcome that the checker derives.',
  sums: 'Frozen and moved onward are at most requested, recovered and charges at most what was frozen; no amount is negative (V19).',
  'one-currency': 'All amounts of a request are in its currency (V19).',
  'dual-approval': 'Where dual approval is required (V17), another person of the same member role had proposed the identical command.',
  'deadline-early': 'No deadline is reached before it is due, by the time of its record and of its fact.',
  'deadline-armed': 'A deadline is reached once for each arming, and not after it was disarmed.',
}

/** The derivation reports its own findings; these checks need the log only. */
export function checkHistories({ ledger }: World, report: Report): void {
  for (const { line, why } of ledger.unreadable) report('ledger-readable', undefined, `the record ${line.partition}/${line.offset} ${why}`)
  for (const { fact, line } of ledger.strays)
    report('one-partition', fact.subject, `fact ${fact.sequence} is in partition ${line.partition}, others elsewhere`)
  for (const history of ledger.histories.values()) {
    checkChain(history, report)
    checkNoise(history, report)
    checkDecisions(history, report)
  }
}

function checkChain({ requestId, facts }: History, report: Report): void {
  for (const { fact } of facts)
    if (!isWhole(fact)) report('hash-chain', requestId, `fact ${fact.sequence}, ${kindOf(fact)}, does not have the hash that it states`)
}

function isWhole(fact: Fact): boolean {
  try {
    return sha256(canonical(storedFormOf(fact), 'hash')) === fact.hash
  } catch {
    return false
  }
}

/**
 * A late writer's fact repeats or forks a fact that counts, follows a refused command, or continues such a fact. Any
 * other fact that does not count has lost its predecessor.
 */
function checkNoise({ requestId, facts, noise }: History, report: Report): void {
  if (facts.length === 0 && noise.length > 0) return void report('history-unbroken', requestId, 'has facts and no opening')
  const explained = new Set<string>()
  for (const { fact, wasRefused } of noise) {
    if (fact.sequence > facts.length && !wasRefused && !explained.has(fact.prevhash))
      report('history-unbroken', requestId, `fact ${fact.sequence}, ${kindOf(fact)}, has no predecessor in the log`)
    else explained.add(fact.hash)
  }
}

/** The size of each budget. */
const refusalsMax = 20

function checkDecisions({ requestId, facts, refusals }: History, report: Report): void {
  const decided = new Set<string>()
  const budgets = new Map<string, number>()
  const decide = (causationid: string, what: string) => {
    if (decided.has(causationid)) report('decided-once', requestId, `${what} is the second decision on command ${causationid}`)
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
