import type { AnyState, Snapshot, Workflow } from '@holdfast/core'
import { decidesKeyCommands, isKeyCommand, type PartitionParking, type PartitionState } from '@holdfast/request-state'
import { type CommandEvent, consequenceIdOf, engineCommand, formatActor } from '@holdfast/schemas'

/** The maximum of requests in one check, besides the skipped ones; the others are still due a second later. */
const dueMax = 500

export interface ExpiredDeadline {
  readonly commands: readonly CommandEvent[]
  /** Parked requests with expired deadlines. */
  readonly parked: number
}

const clockActor = formatActor({ country: 'holdfast', role: 'clock', person: 'ledger' })

/**
 * Returns one command for each expired deadline, the oldest first. Its id comes from the deadline, so two owners or two
 * checks make the same command.
 *
 * For a parked request, only the end of its retention period expires, if the ledger can decide that. The check reads
 * `skipped` more of the oldest requests, so that blocked ones do not hide others.
 *
 * Throws StateLostError when the store has lost this owner's index of deadlines.
 */
export async function expiredDeadlines(
  workflow: Pick<Workflow, 'deadlinesOf'>,
  partitionState: PartitionState<Snapshot<AnyState>>,
  now: Date,
  parking: Pick<PartitionParking, 'get'>,
  skipped: number,
): Promise<ExpiredDeadline> {
  const due = await partitionState.due(now.getTime(), dueMax + skipped)
  const isParked = (requestId: string): boolean => parking.get(requestId) !== undefined
  const parked = due.filter(isParked).length
  const ids = due.filter(id => {
    const known = parking.get(id)
    return known === undefined || decidesKeyCommands(known)
  })
  if (ids.length === 0) return { commands: [], parked }
  const snapshots = await partitionState.load(ids)
  const commands = [...snapshots.values()]
    .flatMap(snapshot => expiredIn(workflow, snapshot, now))
    .filter(command => isKeyCommand(command) || !isParked(command.subject))
  return { commands, parked }
}

const expiredIn = ({ deadlinesOf }: Pick<Workflow, 'deadlinesOf'>, snapshot: Snapshot<AnyState>, now: Date): CommandEvent[] =>
  deadlinesOf(snapshot)
    .filter(deadline => Date.parse(deadline.dueAt) <= now.getTime())
    .map(deadline =>
      engineCommand('DeadlinePassed', deadline, {
        id: consequenceIdOf('command', snapshot.requestId, `deadline/${deadline.kind}/${deadline.dueAt}/${deadline.about ?? ''}`),
        service: 'ledger',
        subject: snapshot.requestId,
        time: now.toISOString(),
        actor: clockActor,
      }),
    )
