import type { Workflow } from '@holdfast/core'
import { type AppliedFact, assertReadable, readFactAt } from '@holdfast/request-state'
import type { Streams } from '@holdfast/streams'
import { commandBecauseOf, type Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface OnwardDependencies {
  readonly workflow: Pick<Workflow, 'dispatching' | 'topics'>
  readonly streams: Streams
  readonly partition: number
}

/**
 * The command that opens the further request of a fact; undefined if the fact opens none. A repeat is identical, including
 * id and time, and the ledger drops it. Throws if personal data is unreadable.
 */
export async function onwardCommandFor(
  { workflow, streams, partition }: OnwardDependencies,
  step: AppliedFact<DispatchState>,
): Promise<Outbound | undefined> {
  const { fact } = step
  const { onward } = workflow.dispatching
  if (!onward?.isOpenedBy(fact)) return undefined
  assertReadable(fact)
  const { requestId, kind, data } = await onward.commandFor(step, async offset => {
    const read = await readFactAt(streams, workflow, partition, offset, fact.subject)
    assertReadable(read)
    return read
  })
  return commandBecauseOf(workflow, fact, kind, data, { subject: requestId, time: fact.time, person: 'children' })
}
