import { mayBeUnrecorded, recordsProposal } from '@holdfast/core'
import { type AnswerOutcome, refusalAnswer } from '@holdfast/http'
import { heldFull } from '@holdfast/request-state'
import {
  type CommandEvent,
  type CommandOutcome,
  isRefusedCommand,
  type LedgerFact,
  memberRolePrefixOf,
  parseActor,
  type Refusal,
  type RefusedCommand,
  type RequestView,
} from '@holdfast/schemas'
import { recordOf } from '@holdfast/streams'
import type { DeskContext, DeskWorld } from '../desk-world.ts'
import { createMemberRoleQueue } from './member-role-queue.ts'

export interface CommandGiver {
  /** Resolves with the ledger's decision, or without one after some seconds. */
  give(command: CommandEvent): Promise<AnswerOutcome>
  /** The outcome of a command that has been decided. */
  decided(command: CommandEvent): AnswerOutcome | undefined
}

/** How long a caller waits for the ledger. Then it gets 202 and can repeat with the same key. */
const decidedWithinMs = 10_000
/** The ledger decides within milliseconds. The next command on the same request waits at most this long. */
const turnMs = 1_000

/**
 * Sends a command to the ledger and waits for its outcome. The ledger drops a refused command once the refusal budget
 * of its country and role is used up. Such a command would leave no record to answer with, so the desk decides first,
 * as the ledger does. Commands of one member role on one request run one at a time, so that each sees the current
 * budget.
 */
export function createCommandGiver(
  { streams, cipherOf }: Pick<DeskContext, 'streams' | 'cipherOf'>,
  {
    deskOf,
    policyOf,
    views,
    requestStates,
    hasHeldQuota,
    followed: { arrivals },
  }: Pick<DeskWorld, 'deskOf' | 'policyOf' | 'views' | 'requestStates' | 'hasHeldQuota' | 'followed'>,
): CommandGiver {
  const turns = createMemberRoleQueue(turnMs)

  function decided(command: CommandEvent): AnswerOutcome | undefined {
    const known = views.causedBy(command.subject, command.id)
    return known && outcomeOf(command, known, viewFor(command))
  }

  async function giveInTurn(command: CommandEvent): Promise<AnswerOutcome> {
    const { subject, id } = command
    const { workflow } = deskOf(subject)
    // A repeat after a wait may already be decided.
    const before = decided(command)
    if (before) return before
    // The ledger may hold the same command once the request moves on.
    if (!hasHeldQuota(command)) return { answer: refusalAnswer(heldFull), final: false }
    // The ledger would refuse it too, but count it against the refusal budget of the institution.
    const notForInstitution = await whyNotForInstitutionOf(command)
    if (notForInstitution) return refusedForGood(notForInstitution)
    const summary = views.summary(subject)
    if (summary && mayBeUnrecorded(summary.refusals, command.actor)) {
      // Encrypted commands of two officers are compared by their blind indexes.
      const [stored = command] = await cipherOf(workflow).encrypt([command])
      const known = await requestStates.find(subject, countryOf(command))
      const decision = workflow.decide(known?.snapshot, stored, policyOf(workflow), views.levelOf(subject))
      if (decision.outcome === 'dropped') return refusedForGood(decision.refusal)
    }
    const arrived = arrivals.causedBy(id, decidedWithinMs)
    await streams.publish(workflow.topics.commands.name, [recordOf(subject, command)])
    const entry = await arrived
    return outcomeOf(command, entry, entry && viewFor(command))
  }

  async function whyNotForInstitutionOf(command: CommandEvent): Promise<Refusal | undefined> {
    const actor = parseActor(command.actor)
    if (!actor.ok || !rolesOfInstitutions.has(actor.value.role)) return undefined
    const { workflow } = deskOf(command.subject)
    const known = await requestStates.find(command.subject, actor.value.country)
    return known && workflow.actions.findInstitutionObstacle?.(known.snapshot, command, actor.value, policyOf(workflow))
  }

  const viewFor = (command: CommandEvent) => views.find(command.subject, countryOf(command))

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

/** Other roles need no check. */
const rolesOfInstitutions: ReadonlySet<string> = new Set(['institution', 'fiu'])

const countryOf = ({ actor }: CommandEvent): string => actor.slice(0, actor.indexOf('/'))

/** A repeat under the same key gets the same answer. */
const refusedForGood = (refusal: Refusal): AnswerOutcome => ({
  answer: refusalAnswer(refusal),
  final: true,
})

function outcomeOf(command: CommandEvent, entry: LedgerFact | RefusedCommand | undefined, view: RequestView | undefined): AnswerOutcome {
  if (!entry) {
    const pending: CommandOutcome = { commandId: command.id, outcome: 'pending' }
    return { answer: { status: 202, body: JSON.stringify(pending) }, final: false }
  }
  if (isRefusedCommand(entry)) return refusedForGood({ code: entry.data.code, message: entry.data.message })
  const decided: CommandOutcome = {
    commandId: command.id,
    outcome: recordsProposal(entry) ? 'proposed' : 'applied',
    ...(view ? { view } : {}),
  }
  return { answer: { status: 200, body: JSON.stringify(decided) }, final: true }
}
