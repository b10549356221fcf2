import type { CommandKind, Refusal } from '@holdfast/schemas'
import { exceeds, minorOf } from './amounts.ts'
import { frozenWith } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'
import type { StatechartEvent } from './statechart.ts'
import { statesOf } from './view.ts'

/** Why the statechart refused an event that was allowed and well-formed. */
export function explain(snapshot: RequestSnapshot, kind: CommandKind, event: StatechartEvent): Refusal {
  const { context } = snapshot.state
  const states = statesOf(snapshot).join(', ')
  const inFrozen = states.startsWith('frozen')
  if (event.type === 'FreezeReported' && (states.startsWith('verified') || states.includes('coverage.partial'))) {
    const wanted = frozenWith(context, minorOf(event.data.amount) ?? '0')
    if (exceeds(wanted, context.requestedMinor ?? '0'))
      return { code: 'AMOUNT_EXCEEDED', message: 'more would be frozen than was requested' }
  }
  if (event.type === 'ReturnReported' && (states.includes('recovery.returning') || states.includes('recovery.partlyReturned')))
    return { code: 'AMOUNT_EXCEEDED', message: 'more would come back, charges included, than was frozen' }
  if (event.type === 'RequestVerified' && context.proposedBy === event.actor)
    return { code: 'SAME_PERSON', message: 'who proposed the verification can not approve it' }
  if (event.type === 'RequestWithdrawn' && inFrozen)
    return {
      code: 'WRONG_STATE',
      message: `${kind} is refused: money has been returned already (state ${states}, sequence ${snapshot.sequence})`,
    }
  return { code: 'WRONG_STATE', message: `${kind} is not possible in state ${states}, sequence ${snapshot.sequence}` }
}
