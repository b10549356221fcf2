import { same } from '../canonical.ts'
import type { Step } from '../fold/step.ts'
import { countryOf, isEngine, personOf, sideOf } from '../ledger/records.ts'
import type { Invariants, Report, World } from '../world.ts'
import { isSaid, type Word, wordOf, wordOfAnswer } from './spoken.ts'

export const ofWords: Invariants = {
  'command-decided':
    'A command that was answered applied has its fact, one that was proposed its ActionProposed, in its own words; in a finished run a pending one has been decided.',
  'command-refused': 'What was refused is no fact, and a command is not both refused and done.',
  'word-given':
    'Every fact of a member is a command or answer that this person gave, in these words, and to the order that the fact names.',
  'answer-kept':
    'In a finished run an answer that was accepted is a fact, on record as refused, or told as not taken, unless 20 of its side are on record.',
}

/** As many refusals of each side are on record. */
const refusalsMax = 20

export function checkWords(world: World, report: Report): void {
  const { observations, folded } = world
  const words = [...observations.commands.map(each => wordOf(each, report)), ...observations.answers.map(wordOfAnswer)]
  const ofRequest = Map.groupBy(words, ({ requestId }) => requestId)
  const messages = words.filter(({ data }) => typeof data === 'string')
  for (const { steps, history } of folded.values()) {
    const given = ofRequest.get(history.requestId) ?? []
    const byId = new Map(given.flatMap(word => (word.commandId === undefined ? [] : [[word.commandId, word] as const])))
    for (const step of steps) if (step.fact.sequence > 1 && !isEngine(step.fact.actor)) checkGiven(step, byId, given, messages, report)
  }
  for (const word of words) {
    if (word.answerId === undefined) checkDecided(world, word, report)
    else if (observations.isFinished && word.outcome === 'taken' && !word.isUsed) checkKept(world, word, report)
  }
}

function checkGiven(step: Step, byId: ReadonlyMap<string, Word>, given: readonly Word[], messages: readonly Word[], report: Report): void {
  const { fact, kind } = step
  if (kind === 'CommandRefused') return
  const what = `fact ${fact.sequence}, ${kind}, of ${fact.actor}`
  const known = byId.get(fact.causationid)
  if (known) {
    known.isUsed = true
    if (!isSaid(step, known)) report('word-given', fact.subject, `${what} says something else than ${known.what}`)
    return
  }
  const said = given.filter(word => word.commandId === undefined && isSaid(step, word))
  const word = said.find(each => each.mayBeDone && !each.isUsed) ?? messages.find(each => isSaid(step, each))
  if (word) word.isUsed = true
  else if (said.some(each => !each.mayBeDone)) report('command-refused', fact.subject, `${what} was refused to who gave it`)
  else report('word-given', fact.subject, `${what} was given by nobody, or less often than it is there`)
}

function checkDecided(world: World, { by, requestId, commandId, outcome, isUsed, what }: Word, report: Report): void {
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

/** As many of a side as are kept are on record as refused: what comes behind them leaves nothing. */
const isSpent = ({ ledger }: World, requestId: string, by: string): boolean =>
  (ledger.histories.get(requestId)?.refusals ?? []).filter(({ refusal }) => sideOf(refusal.actor) === sideOf(by)).length >= refusalsMax

/** An answer that is no fact was refused by the ledger, in the same words, or its country was told that it was not taken. */
function checkKept(world: World, word: Word, report: Report): void {
  const { by, requestId, command, data, orderId, answerId, what } = word
  const history = world.ledger.histories.get(requestId)
  const isUnfolded = history !== undefined && (world.folded.get(requestId)?.steps.length ?? 0) < history.facts.length
  const isRefused = history?.refusals.some(
    ({ refusal }) =>
      personOf(refusal.actor) === by && refusal.data.command === command && refusal.orderid === orderId && same(refusal.data.data, data),
  )
  const isTold = world.notices.some(
    ({ country, data: told }) => country === countryOf(by) && (told.eventId === answerId || told.answerId === answerId),
  )
  if (typeof data === 'string' || isUnfolded || isRefused || isTold || isSpent(world, requestId, by)) return
  report('answer-kept', requestId, `${what} was accepted, and nothing became of it`)
}
