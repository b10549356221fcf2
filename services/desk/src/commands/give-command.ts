import { heldFull } from '@holdfast/folds'
import { type AnswerOutcome, refusalAnswer } from '@holdfast/http'
import { decide, findInstitutionObstacle, mayBeUnrecorded } from '@holdfast/lifecycle'
import {
  type Command,
  type CommandOutcome,
  isFact,
  isKnownFact,
  isRefusedCommand,
  type LedgerRecord,
  memberRolePrefixOf,
  parseActor,
  type Refusal,
  type RequestView,
  topics,
  type UnknownFact,
} from '@holdfast/schemas'
import { recordOf } from '@holdfast/streams'
import type { DeskContext, DeskWorld } from '../desk-world.ts'
import { createMemberRoleQueue } from './member-role-queue.ts'

export interface Giving {
  /** Resolves with the ledger's decision, and after a while without one. */
  give(command: Command): Promise<AnswerOutcome>
  /** What became of a command, where it has been decided. */
  decided(command: Command): AnswerOutcome | undefined
}

/** How long a caller waits for the ledger; afterwards it gets 202 and can ask again with the same key. */
const decidedWithinMs = 10_000
/** The ledger decides within milliseconds. Who comes next on the same request waits for it so long at most. */
const turnMs = 1_000

/**
 * Gives a command to the ledger and waits for what it comes to. What the ledger would drop, as it is refused and the budget of its giver's country and role is used up, is told by the desk,
 * which decides as the ledger does, and goes no further: it would leave nothing there to answer by. So that the budget is seen as it stands, commands of one side on one request go one after the other.
 */
export function createGiving(
  { streams, words }: Pick<DeskContext, 'streams' | 'words'>,
  {
    views,
    folded,
    policy,
    hasHeldQuota,
    followed: { arrivals },
  }: Pick<DeskWorld, 'views' | 'folded' | 'policy' | 'hasHeldQuota' | 'followed'>,
): Giving {
  const turns = createMemberRoleQueue(turnMs)

  function decided(command: Command): AnswerOutcome | undefined {
    const known = views.causedBy(command.subject, command.id)
    return known && outcomeOf(command, known, viewFor(known))
  }

  async function giveInTurn(command: Command): Promise<AnswerOutcome> {
    const { subject, id } = command
    // A repeat after a pause may find it decided already.
    const before = decided(command)
    if (before) return before
    // The same command may be held once the request moves on.
    if (!hasHeldQuota(command)) return { answer: refusalAnswer(heldFull), final: false }
    // The ledger refuses it too, and would count it against the refusals that the institution may have on record.
    const notForInstitution = await whyNotForInstitutionOf(command)
    if (notForInstitution) return refusedForGood(notForInstitution)
    const standing = views.standing(subject)
    if (standing && mayBeUnrecorded(standing.refusals, command.actor)) {
      // By their sealed words two persons are known to say the same.
      const [stored = command] = await words.sealed([command])
      const known = await folded.find(subject, countryOf(command))
      const here = decide(known?.snapshot, stored, policy, views.levelOf(subject))
      if (here.outcome === 'dropped') return refusedForGood(here.refusal)
    }
    const arrived = arrivals.causedBy(id, decidedWithinMs)
    await streams.publish(topics.commands.name, [recordOf(subject, command)])
    const entry = await arrived
    return outcomeOf(command, entry, entry && viewFor(entry))
  }

  async function whyNotForInstitutionOf(command: Command): Promise<Refusal | undefined> {
    const actor = parseActor(command.actor)
    if (!actor.ok || !rolesOfInstitutions.has(actor.value.role)) return undefined
    const known = await folded.find(command.subject, actor.value.country)
    return known && findInstitutionObstacle(known.snapshot, command, actor.value, policy)
  }

  const viewFor = ({ subject, requestingcountry }: LedgerRecord | UnknownFact) => views.find(subject, requestingcountry)

  return {
    decided,
    async give(command) {
      const { subject, actor } = command
      const done = await turns.take(`${subject}/${memberRolePrefixOf(actor)}`)
      try {
        return await giveInTurn(command)
      } finally {
        done()
      }
    },
  }
}

/** Of anyone else nothing has to be asked. */
const rolesOfInstitutions: ReadonlySet<string> = new Set(['institution', 'fiu'])

const countryOf = ({ actor }: Command): string => actor.slice(0, actor.indexOf('/'))

/** The same under the same key gets the same answer. */
const refusedForGood = (refusal: Refusal): AnswerOutcome => ({
  answer: refusalAnswer(refusal),
  final: true,
})

function outcomeOf(command: Command, entry: LedgerRecord | UnknownFact | undefined, view: RequestView | undefined): AnswerOutcome {
  if (!entry) {
    const pending: CommandOutcome = { commandId: command.id, outcome: 'pending' }
    return { answer: { status: 202, body: JSON.stringify(pending) }, final: false }
  }
  if (isRefusedCommand(entry)) return refusedForGood({ code: entry.data.code, message: entry.data.message })
  const decided: CommandOutcome = {
    commandId: command.id,
    outcome: isKnownFact(entry) && isFact(entry, 'ActionProposed') ? 'proposed' : 'applied',
    ...(view ? { view } : {}),
  }
  return { answer: { status: 200, body: JSON.stringify(decided) }, final: true }
}
