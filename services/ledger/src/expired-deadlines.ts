import { decidesKeyCommands, isKeyCommand, type PartitionFold, type PartitionParking } from '@holdfast/folds'
import { deadlinesOf, type RequestSnapshot } from '@holdfast/lifecycle'
import { type Command, commandEvent, consequenceIdOf, formatActor } from '@holdfast/schemas'

/** The most requests one look takes beside those that it passes over; the rest is due a second later too. */
const dueMax = 500

export interface ExpiredDeadline {
  readonly commands: readonly Command[]
  /** Requests whose deadlines have passed and that are parked. */
  readonly parked: number
}

const clockActor = formatActor({ country: 'holdfast', role: 'clock', person: 'ledger' })

/**
 * One command for each deadline that has passed, the longest past first. Its id comes from the deadline, so that two owners, or one that looks twice, make one command of it.
 * Of a parked request only the end of its retention passes, where the ledger can decide it. `passedOver` of those that are due longest are looked at beside the others, so that what stands still hides nothing that can go on.
 * Throws StateLostError when the store no longer has the due-index of this owner.
 */
export async function expiredDeadlines(
  fold: PartitionFold<RequestSnapshot>,
  now: Date,
  parking: Pick<PartitionParking, 'get'>,
  passedOver: number,
): Promise<ExpiredDeadline> {
  const due = await fold.due(now.getTime(), dueMax + passedOver)
  const isParked = (requestId: string): boolean => parking.get(requestId) !== undefined
  const parked = due.filter(isParked).length
  const ids = due.filter(id => {
    const known = parking.get(id)
    return known === undefined || decidesKeyCommands(known)
  })
  if (ids.length === 0) return { commands: [], parked }
  const snapshots = await fold.load(ids)
  const commands = [...snapshots.values()]
    .flatMap(snapshot => passedOf(snapshot, now))
    .filter(command => isKeyCommand(command) || !isParked(command.subject))
  return { commands, parked }
}

const passedOf = (snapshot: RequestSnapshot, now: Date): Command[] =>
  deadlinesOf(snapshot)
    .filter(deadline => Date.parse(deadline.dueAt) <= now.getTime())
    .map(deadline =>
      commandEvent('DeadlinePassed', deadline, {
        id: consequenceIdOf('command', snapshot.requestId, `deadline/${deadline.kind}/${deadline.dueAt}/${deadline.about ?? ''}`),
        service: 'ledger',
        subject: snapshot.requestId,
        time: now.toISOString(),
        actor: clockActor,
      }),
    )
