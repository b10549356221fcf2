import { type Actor, destinationIdOf, memberRolePrefixOf, parseActor } from '@holdfast/schemas'
import fc from 'fast-check'
import { type Command, type CommandKind, commandKinds, type DualApprovalCommand, type Fact, isFact } from '../../src/language/index.ts'
import { type Decision, permissionsOf, phaseOf, type RequestSnapshot, statesOf } from '../../src/lifecycle/index.ts'
import { type Dice, diceOf } from './dice.ts'
import { dataOf, documents, timeOf, unusable } from './walk-data.ts'
import { type ActorName, actors, at, command, type History, history, opening, request, requestId } from './world.ts'

/** A thousand walks take seconds, and a minute on a busy machine. */
export const patient = { timeout: 120_000 }

/** The commands of a walk, and their decisions. */
export interface Walk {
  readonly history: History
  readonly steps: ReadonlyArray<{ readonly given: Command; readonly decision: Decision; readonly after: RequestSnapshot }>
}

/**
 * The input of `walk`. A step is a number from which all its choices are drawn, so that a failing walk can be shrunk
 * step by step.
 */
export const walks: fc.Arbitrary<readonly number[]> = fc.array(fc.noShrink(fc.nat()), { minLength: 1, maxLength: 60, size: 'max' })

/** The properties of one file use the same walks, and creating them is most of the work. */
const known = new Map<string, Walk>()

/**
 * Leads one request through its life. Most commands fit the state and come from a permitted actor, but any command,
 * actor, amount, time and text occurs.
 */
export function walk(seeds: readonly number[]): Walk {
  const key = seeds.join()
  const made = known.get(key) ?? createWalk(seeds)
  known.set(key, made)
  return made
}

function createWalk(seeds: readonly number[]): Walk {
  const world = history()
  const steps: Array<Walk['steps'][number]> = []
  let hours = 0
  for (const [index, seed] of seeds.entries()) {
    const dice = diceOf(seed)
    hours += dice.oneOf([0, 0, 0, 0.25, 1, 3, 12])
    const given = index === 0 ? opened(dice) : next(world, dice, hours)
    // A deadline advances the walk to its due time.
    hours = Math.max(hours, (Date.parse(given.time) - Date.parse(opening)) / 3_600_000)
    const decision = world.give(given)
    steps.push({ given, decision, after: world.current() })
  }
  return { history: world, steps }
}

function opened(dice: Dice): Command {
  if (dice.oneIn(8))
    return command(
      'OpenRequest',
      { request: { ...request, parent: { requestId, hop: 1 } }, lineage: [destinationIdOf('MY', '3')] },
      'dispatch',
    )
  const document = dice.oneIn(20) ? unusable : dice.oneOf(documents)
  return command('OpenRequest', { request: document }, dice.oneOf(['system', 'officer'] as const))
}

/** A command of this kind from any actor, whether it fits or not. */
export function anyOf(kind: CommandKind, world: History, seed: number): Command {
  const dice = diceOf(seed)
  const hours = (Date.parse(world.current().updatedAt) - Date.parse(opening)) / 3_600_000
  return command(kind, dataOf(kind, world.current(), dice, hours) as never, anyActor(dice), at(hours))
}

/** The next command. One in eight is arbitrary. */
function next(world: History, dice: Dice, hours: number): Command {
  const snapshot = world.current()
  const repeated = dice.oneIn(25) ? undefined : agreed(world, dice, hours)
  if (repeated) return repeated
  // Money that awaits a decision does so in every later state.
  const waits = snapshot.state.context.movedOnward.some(({ proposed }) => proposed !== null) && dice.oneIn(4)
  const isShared = snapshot.sharedWith.length > 0 && dice.oneIn(12)
  const fits = waits
    ? dice.oneOf(['FollowOnward', 'FollowOnward', 'DeclineOnward'] as const)
    : isShared
      ? ('WithdrawShare' as const)
      : undefined
  const kind = fits ?? (dice.oneIn(8) ? dice.oneOf(commandKinds) : dice.oneOf(fitting(snapshot)))
  const data = dataOf(kind, snapshot, dice, hours)
  const time = kind === 'DeadlinePassed' ? timeOf(data as { dueAt: string }, dice, hours) : dice.oneIn(30) ? at(hours - 2) : at(hours)
  const given = command(kind, data as never, whoGives(kind, snapshot, dice), time)
  if (given.actor !== actors.validation) return given
  // An assessment names its cause: mostly the fact with the document.
  const cause = dice.oneIn(8) ? dice.oneOf(world.facts) : world.facts.findLast(bringsToAssess)
  return { ...given, causationid: cause?.id }
}

/** Whether the request is assessed because of this fact. */
export const bringsToAssess = (fact: Fact): boolean =>
  isFact(fact, 'RequestOpened') ||
  isFact(fact, 'RequestReopened') ||
  (isFact(fact, 'InformationProvided') && fact.data.request !== undefined)

/** The approval of a proposal: mostly from the same member role with the same data. */
function agreed(world: History, dice: Dice, hours: number): Command | undefined {
  const { proposals } = world.current().state.context
  if (proposals.length === 0 || dice.oneIn(3)) return undefined
  const proposal = dice.oneOf(proposals)
  const fact = world.facts[proposal.sequence - 1]
  if (!fact || !isFact(fact, 'ActionProposed')) throw new Error('the proposal is in no fact')
  const said = fact.data.data as object
  const data = dice.oneIn(8) ? { ...said, ...otherWords(proposal.command, dice, hours) } : said
  return command(proposal.command, data as never, dice.oneIn(6) ? anyActor(dice) : other(fact.actor), at(hours))
}

const otherWords = (kind: DualApprovalCommand, dice: Dice, hours: number): object =>
  kind === 'InitiateReturn' || kind === 'Withdraw' ? {} : (dataOf(kind, undefined, dice, hours) as object)

const names = Object.keys(actors) as ActorName[]
const anyActor = (dice: Dice): ActorName => dice.oneOf(names)
const other = (actor: string): ActorName => {
  const name = names.find(each => memberRolePrefixOf(actors[each]) === memberRolePrefixOf(actor) && actors[each] !== actor)
  if (!name) throw new Error(`${actor} has no colleague`)
  return name
}

function whoGives(kind: CommandKind, snapshot: RequestSnapshot, dice: Dice): ActorName {
  if (dice.oneIn(20)) return anyActor(dice)
  const roles: readonly Actor['role'][] = permissionsOf(kind).flatMap(permission => permission.roles)
  const mayBe = names.filter(name => {
    const parsed = parseActor(actors[name])
    return parsed.ok && name !== 'stranger' && name !== 'beneficiarySystem' && roles.includes(parsed.value.role)
  })
  const isOfBeneficiary = (name: ActorName) => actors[name].startsWith('TL/')
  if (kind === 'Withdraw' || kind === 'ProvideInformation') return dice.oneOf(mayBe.filter(name => !isOfBeneficiary(name)))
  if (kind === 'ProposeVerification' || kind === 'ApproveVerification') return dice.oneOf(mayBe.filter(isOfBeneficiary))
  const [state = ''] = statesOf(snapshot)
  if (kind === 'AskInformation' || kind === 'Reject') {
    if (state === 'received.assessing') return 'validation'
    return dice.oneOf(mayBe.filter(isOfBeneficiary))
  }
  return dice.oneOf(mayBe)
}

/** Commands that fit each state, with their weights. */
const fits: Readonly<Record<string, Readonly<Partial<Record<CommandKind, number>>>>> = {
  'received.assessing': { PassAssessment: 10, SendToReview: 6, AskInformation: 4, Reject: 1, MarkDuplicate: 1, DeadlinePassed: 1 },
  'received.awaitingReview': { ProposeVerification: 5, ApproveVerification: 8, AskInformation: 2, Reject: 1, Withdraw: 1 },
  'received.awaitingInformation': { ProvideInformation: 6, DeadlinePassed: 3, Withdraw: 1 },
  'verified.ordering': {
    AcknowledgeOrder: 5,
    ReportFreeze: 12,
    ReportMovedOnward: 4,
    ReportInterim: 2,
    AskInformation: 3,
    DeadlinePassed: 2,
    ReportNoFunds: 1,
  },
  'verified.ordered': {
    ReportFreeze: 12,
    ReportMovedOnward: 4,
    CorrectAnswer: 1,
    ReportInterim: 2,
    AskInformation: 2,
    DeadlinePassed: 2,
    ReportNotFound: 1,
    Withdraw: 1,
    Reject: 1,
  },
  'verified.awaitingInformation': { ProvideInformation: 6, DeadlinePassed: 2, ReportFreeze: 3, ReportInterim: 1 },
  'frozen.recovery.idle': {
    ReportFreeze: 5,
    ReportMovedOnward: 2,
    ReportNoFunds: 1,
    ReportNotFound: 1,
    ReportInterim: 2,
    ConfirmFreeze: 4,
    ExtendFreeze: 6,
    InitiateReturn: 6,
    CorrectAnswer: 3,
    LodgeChallenge: 1,
    DecideChallenge: 1,
    Withdraw: 1,
    Release: 1,
    CloseUnrecovered: 1,
    DeadlinePassed: 8,
  },
  'frozen.recovery.returning': {
    ReportReturn: 12,
    ReportFreeze: 4,
    ConfirmFreeze: 3,
    Withdraw: 1,
    Release: 1,
    CloseUnrecovered: 1,
    DeadlinePassed: 3,
  },
  'frozen.recovery.partlyReturned': {
    ReportReturn: 12,
    ReportFreeze: 4,
    ConfirmFreeze: 2,
    Release: 1,
    CloseUnrecovered: 1,
    DeadlinePassed: 3,
  },
  recovered: { DeadlinePassed: 1, Reopen: 1, ReportReturn: 1 },
  closed: { Reopen: 6, DeadlinePassed: 1, ReportFreeze: 1, Withdraw: 1 },
}

const weighted = Object.entries(fits).map(([state, weights]) => ({
  state,
  kinds: Object.entries(weights).flatMap(([kind, weight]) => Array<CommandKind>(weight).fill(kind as CommandKind)),
}))

function fitting(snapshot: RequestSnapshot): readonly CommandKind[] {
  const states = [...statesOf(snapshot), phaseOf(snapshot.state)]
  return weighted.find(({ state }) => states.includes(state))?.kinds ?? commandKinds
}
