import type { PartitionFold } from '@holdfast/folds'
import { deadlinesOf, type RequestSnapshot } from '@holdfast/lifecycle'
import { type Command, commandType, consequenceIdOf, formatActor } from '@holdfast/schemas'

/** The most requests one look takes; the rest is due a second later too. */
const dueMax = 500

const clockActor = formatActor({ country: 'holdfast', role: 'clock', person: 'ledger' })

/**
 * One command for each deadline that has passed. Its id comes from the deadline, so that two owners, or one that looks twice, make one command of it.
 * Throws StateLostError when the store no longer has the due-index of this owner.
 */
export async function passedDeadlines(fold: PartitionFold<RequestSnapshot>, now: Date): Promise<Command[]> {
  const ids = await fold.due(now.getTime(), dueMax)
  if (ids.length === 0) return []
  const snapshots = await fold.load(ids)
  return [...snapshots.values()].flatMap(snapshot => passedOf(snapshot, now))
}

const passedOf = (snapshot: RequestSnapshot, now: Date): Command[] =>
  deadlinesOf(snapshot)
    .filter(deadline => Date.parse(deadline.dueAt) <= now.getTime())
    .map(deadline => ({
      specversion: '1.0',
      id: consequenceIdOf('command', snapshot.requestId, `deadline/${deadline.kind}/${deadline.dueAt}/${deadline.about ?? ''}`),
      source: '/holdfast/ledger',
      type: commandType('DeadlinePassed'),
      subject: snapshot.requestId,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      actor: clockActor,
      data: deadline,
    }))
