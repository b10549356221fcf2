import { decide } from '@holdfast/lifecycle'
import { createPolicy } from '@holdfast/profiles'
import {
  type Command,
  type CommandOutcome,
  isFact,
  isRefusedCommand,
  type LedgerRecord,
  type Refusal,
  type RequestView,
  refusals,
  sideOf,
  topics,
} from '@holdfast/schemas'
import { type Outcome, problemDetails, type ServiceContext } from '@holdfast/service-kit'
import type { Arrivals } from './follow-ledger.ts'
import type { RequestViews } from './request-view.ts'
import { createSideTurns } from './side-turns.ts'

/** How long a caller waits for the ledger; afterwards it gets 202 and can ask again with the same key. */
const decidedWithinMs = 10_000
/** The ledger decides within milliseconds. Who comes next on the same request waits for it so long at most. */
const turnMs = 1_000

/**
 * Gives a command to the ledger and waits for what it comes to. What the ledger would drop, as it is refused and the budget of its giver's country and role is used up, is told by the desk,
 * which decides as the ledger does, and goes no further: it would leave nothing there to answer by. So that the budget is seen as it stands, commands of one side on one request go one after the other.
 */
export function createGiving(
  { streams, profiles }: Pick<ServiceContext, 'streams' | 'profiles'>,
  views: RequestViews,
  arrivals: Arrivals,
): (command: Command) => Promise<Outcome> {
  const policy = createPolicy(profiles)
  const turns = createSideTurns(turnMs)

  async function give(command: Command): Promise<Outcome> {
    const { subject, id } = command
    // A repeat after a pause may find it decided already.
    const known = views.causedBy(subject, id)
    if (known) return outcomeOf(command, known, viewFor(known))
    const here = decide(views.snapshot(subject), command, policy)
    if (here.outcome === 'dropped') return refusedWith(here.refusal)
    const decided = arrivals.causedBy(id, decidedWithinMs)
    await streams.publish(topics.commands.name, [{ key: subject, value: JSON.stringify(command) }])
    const entry = await decided
    return outcomeOf(command, entry, entry && viewFor(entry))
  }

  const viewFor = ({ subject, requestingcountry }: LedgerRecord) => views.find(subject, requestingcountry)

  return async command => {
    const { subject, actor } = command
    const done = await turns.take(`${subject}/${sideOf(actor)}`)
    try {
      return await give(command)
    } finally {
      done()
    }
  }
}

const refusedWith = (refusal: Refusal): Outcome => ({
  answer: { status: refusals[refusal.code].status, body: JSON.stringify(problemDetails(refusal)) },
  final: true,
})

function outcomeOf(command: Command, entry: LedgerRecord | undefined, view: RequestView | undefined): Outcome {
  if (!entry) {
    const pending: CommandOutcome = { commandId: command.id, outcome: 'pending' }
    return { answer: { status: 202, body: JSON.stringify(pending) }, final: false }
  }
  // Of a ledger that kept refusals among the facts, too.
  if (isRefusedCommand(entry) || isFact(entry, 'CommandRefused')) return refusedWith({ code: entry.data.code, message: entry.data.message })
  const decided: CommandOutcome = {
    commandId: command.id,
    outcome: isFact(entry, 'ActionProposed') ? 'proposed' : 'applied',
    ...(view ? { view } : {}),
  }
  return { answer: { status: 200, body: JSON.stringify(decided) }, final: true }
}
