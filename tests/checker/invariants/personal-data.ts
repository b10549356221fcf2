import { same } from '../canonical.ts'
import type { CheckedFact } from '../fold/step.ts'
import { isBy } from '../ledger/actors.ts'
import type { CountedRefusal } from '../ledger/histories.ts'
import { countryOf, isEngine, memberRolePrefixOf } from '../ledger/records.ts'
import type { Invariants, Report, World } from '../world.ts'
import { isSubmitted, type Submission, submissionOf, submissionOfAnswer } from './submissions.ts'

export const ofPersonalData: Invariants = {
  'command-decided':
    'A command that was answered applied has its fact, one that was proposed its ActionProposed, in its own words; in a finished run a pending one has been decided.',
  'command-refused': 'What was refused is no fact, and a command is not both refused and done.',
  'word-given':
    'Every fact of a member is a command or answer that this person gave, in these words, and to the order that the fact names.',
  'answer-kept':
    'In a finished run an answer that was accepted is a fact, on record as refused, or told as not taken, unless 20 of its side are on record.',
  'answer-order': 'What one person answers to one order is decided in the order in which it came.',
}

/** As many refusals of each side are on record. */
const refusalsMax = 20

export function checkPersonalData(world: World, report: Report): void {
  const { observations, folded } = world
  const words = [...observations.commands.map(each => submissionOf(each, report)), ...observations.answers.map(submissionOfAnswer)]
  const ofRequest = Map.groupBy(words, ({ requestId }) => requestId)
  const messages = words.filter(({ data }) => typeof data === 'string')
  for (const { steps, history } of folded.values()) {
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
    if (!isSubmitted(step, known)) report('word-given', fact.subject, `${what} says something else than ${known.what}`)
    return
  }
  const said = given.filter(word => word.commandId === undefined && isSubmitted(step, word))
  const word = said.find(each => each.mayBeDone && !each.isUsed) ?? messages.find(each => isSubmitted(step, each))
  if (word) word.isUsed = true
  else if (said.some(each => !each.mayBeDone)) report('command-refused', fact.subject, `${what} was refused to who gave it`)
  else report('word-given', fact.subject, `${what} was given by nobody, or less often than it is there`)
}

function checkDecided(world: World, { by, requestId, commandId, outcome, isUsed, what }: Submission, report: Report): void {
  const history = world.ledger.histories.get(requestId)
  const steps = world.folded.get(requestId)?.steps ?? []
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

/** Each in turn stands for the first entry that says it and for which none before it stands. */
function checkOrder({ folded, ledger }: World, words: readonly Submission[], report: Report): void {
  const answers = words.filter(({ answerId, data, mayBeDone }) => answerId !== undefined && typeof data !== 'string' && mayBeDone)
  for (const ofOne of Map.groupBy(answers, ({ by, requestId, orderId }) => `${by} ${requestId} ${orderId}`).values()) {
    const [{ requestId }] = ofOne as [Submission]
    const steps = folded.get(requestId)?.steps ?? []
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

/** As many of a side as are kept are on record as refused: what comes behind them leaves nothing. */
const isSpent = ({ ledger }: World, requestId: string, by: string): boolean =>
  (ledger.histories.get(requestId)?.refusals ?? []).filter(({ refusal }) => memberRolePrefixOf(refusal.actor) === memberRolePrefixOf(by))
    .length >= refusalsMax

/** An answer that is no fact was refused by the ledger, in the same words, or its country was told that it was not taken. */
function checkKept(world: World, word: Submission, report: Report): void {
  const { by, requestId, data, answerId, what } = word
  const history = world.ledger.histories.get(requestId)
  const isUnfolded = history !== undefined && (world.folded.get(requestId)?.steps.length ?? 0) < history.facts.length
  const isRefused = history?.refusals.some(({ refusal }) => isRefusalOf(refusal, word))
  const isTold = world.notices.some(
    ({ country, data: told }) => country === countryOf(by) && (told.eventId === answerId || told.answerId === answerId),
  )
  if (typeof data === 'string' || isUnfolded || isRefused || isTold || isSpent(world, requestId, by)) return
  report('answer-kept', requestId, `${what} was accepted, and nothing became of it`)
}
