import { same } from '../canonical.ts'
import { isBy } from '../ledger/actors.ts'
import type { CountedRefusal } from '../ledger/histories.ts'
import { countryOf, isEngine, memberRolePrefixOf } from '../ledger/records.ts'
import type { CheckedFact } from '../state/step.ts'
import type { Invariants, Report, World } from '../world.ts'
import { isSubmitted, type Submission, submissionOf, submissionOfAnswer } from './submissions.ts'

export const ofPersonalData: Invariants = {
  'command-decided':
    'An applied command has its fact, a proposed one its ActionProposed, with its data. In a finished run a pending command has been decided.',
  'command-refused': 'A refused command has no fact, and no command is both refused and applied.',
  'word-given': 'Every fact of a member is a command or answer of this person, with this data, and to the order that the fact names.',
  'answer-kept':
    'In a finished run an accepted answer is a fact, a recorded refusal or a notified rejection, unless its member role has 20 refusals.',
  'answer-order': 'The answers of one person to one order are decided in the order of their arrival.',
}

/** The most recorded refusals of each member role. */
const refusalsMax = 20

export function checkPersonalData(world: World, report: Report): void {
  const { observations, derived } = world
  const words = [...observations.commands.map(each => submissionOf(each, report)), ...observations.answers.map(submissionOfAnswer)]
  const ofRequest = Map.groupBy(words, ({ requestId }) => requestId)
  const messages = words.filter(({ data }) => typeof data === 'string')
  for (const { steps, history } of derived.values()) {
    const given = ofRequest.get(history.requestId) ?? []
    const byId = new Map(given.flatMap(word => (word.commandId === undefined ? [] : [[word.commandId, word] as const])))
    for (const step of steps) if (step.fact.sequence > 1 && !isEngine(step.fact.actor)) checkGiven(step, byId, given, messages, report)
  }
  checkOrder(world, words, report)
  for (const word of words) {
    if (word.answerId === undefined) checkDecided(world, word, report)
    else if (observations.isFinished && word.outcome === 'taken' && !word.isUsed) checkKept(world, word, report)
  }
}

function checkGiven(
  step: CheckedFact,
  byId: ReadonlyMap<string, Submission>,
  given: readonly Submission[],
  messages: readonly Submission[],
  report: Report,
): void {
  const { fact, kind } = step
  const what = `fact ${fact.sequence}, ${kind}, of ${fact.actor}`
  const known = byId.get(fact.causationid)
  if (known) {
    known.isUsed = true
    if (!isSubmitted(step, known)) report('word-given', fact.subject, `${what} differs from ${known.what}`)
    return
  }
  const said = given.filter(word => word.commandId === undefined && isSubmitted(step, word))
  const word = said.find(each => each.mayBeDone && !each.isUsed) ?? messages.find(each => isSubmitted(step, each))
  if (word) word.isUsed = true
  else if (said.some(each => !each.mayBeDone)) report('command-refused', fact.subject, `${what} was refused to its sender`)
  else report('word-given', fact.subject, `${what} was not sent, or was sent fewer times than it is in the ledger`)
}

function checkDecided(world: World, { by, requestId, commandId, outcome, isUsed, what }: Submission, report: Report): void {
  const history = world.ledger.histories.get(requestId)
  const steps = world.derived.get(requestId)?.steps ?? []
  if (outcome === undefined || steps.length < (history?.facts.length ?? 0)) return
  const isKnown = commandId !== undefined
  if (outcome === 'pending') {
    const isDecided = !isKnown || isUsed || history?.refusals.some(({ refusal }) => refusal.causationid === commandId)
    if (world.observations.isFinished && !isDecided && !isSpent(world, requestId, by))
      report('command-decided', requestId, `${what} was never decided`)
    return
  }
  if (!isUsed) return void report('command-decided', requestId, `${what} was answered ${outcome}, and has no fact`)
  const step = steps.find(({ fact }) => fact.causationid === commandId)
  if (step && (step.kind === 'ActionProposed') !== (outcome === 'proposed'))
    report('command-decided', requestId, `${what} was answered ${outcome}, and became ${step.kind}`)
}

/** Matches each item to the first equal entry that no earlier item matched. */
function checkOrder({ derived, ledger }: World, words: readonly Submission[], report: Report): void {
  const answers = words.filter(({ answerId, data, mayBeDone }) => answerId !== undefined && typeof data !== 'string' && mayBeDone)
  for (const ofOne of Map.groupBy(answers, ({ by, requestId, orderId }) => `${by} ${requestId} ${orderId}`).values()) {
    const [{ requestId }] = ofOne as [Submission]
    const steps = derived.get(requestId)?.steps ?? []
    const refusals = ledger.histories.get(requestId)?.refusals ?? []
    const entries = [
      ...steps.map(step => ({ offset: step.line.offset, says: (word: Submission) => step.fact.sequence > 1 && isSubmitted(step, word) })),
      ...refusals.map(({ refusal, line }) => ({ offset: line.offset, says: (word: Submission) => isRefusalOf(refusal, word) })),
    ].sort((one, other) => one.offset - other.offset)
    const taken = new Set<number>()
    let last: { readonly offset: number; readonly what: string } | undefined
    for (const word of ofOne) {
      const entry = entries.find(({ offset, says }) => !taken.has(offset) && says(word))
      if (!entry) continue
      taken.add(entry.offset)
      if (last && entry.offset < last.offset)
        report('answer-order', requestId, `${word.what} was decided before ${last.what}, which came first`)
      last = { offset: entry.offset, what: word.what }
    }
  }
}

const isRefusalOf = (refusal: CountedRefusal['refusal'], { by, command, orderId, data }: Submission): boolean =>
  isBy(refusal, by) && refusal.data.command === command && refusal.orderid === orderId && same(refusal.data.data, data)

/** Once a member role has its most recorded refusals, later ones leave no record. */
const isSpent = ({ ledger }: World, requestId: string, by: string): boolean =>
  (ledger.histories.get(requestId)?.refusals ?? []).filter(({ refusal }) => memberRolePrefixOf(refusal.actor) === memberRolePrefixOf(by))
    .length >= refusalsMax

/** An answer without a fact was refused by the ledger, with this data, or its country was notified of its rejection. */
function checkKept(world: World, word: Submission, report: Report): void {
  const { by, requestId, data, answerId, what } = word
  const history = world.ledger.histories.get(requestId)
  const isUnderived = history !== undefined && (world.derived.get(requestId)?.steps.length ?? 0) < history.facts.length
  const isRefused = history?.refusals.some(({ refusal }) => isRefusalOf(refusal, word))
  const isNotified = world.notifications.some(
    ({ country, data: told }) => country === countryOf(by) && (told.eventId === answerId || told.answerId === answerId),
  )
  if (typeof data === 'string' || isUnderived || isRefused || isNotified || isSpent(world, requestId, by)) return
  report('answer-kept', requestId, `${what} was accepted, and has no outcome`)
}
