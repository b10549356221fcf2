import type { Workflow } from '@holdfast/core'
import { type PartitionState, readFactAt, type WaitingErasure } from '@holdfast/request-state'
import type { Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { type Outbound, outboundNotificationOf } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface WaitingErasureDependencies {
  readonly workflow: Pick<Workflow, 'dispatching' | 'topicPrefix' | 'topics'>
  readonly streams: Streams
  readonly partition: number
  readonly partitionState: Pick<PartitionState<DispatchState>, 'load'>
  readonly signer: EngineSigner
}

/**
 * Notifies the countries that an ordered erasure waits, because the ledger cannot process the facts of its request. The
 * notifications name the fact that brought its document. Returns none if dispatch does not know the request either.
 */
export async function notificationsOfWaiting(
  { workflow, streams, partition, partitionState, signer }: WaitingErasureDependencies,
  { requestId, orderedAt }: WaitingErasure,
): Promise<readonly Outbound[]> {
  const state = (await partitionState.load([requestId])).get(requestId)
  if (!state) return []
  const fact = await readFactAt(streams, workflow, partition, state.documentOffset, requestId)
  const notifications = workflow.dispatching.notifications.ofWaitingErasure(fact, state.summary)
  return notifications.map(notification => outboundNotificationOf(signer, workflow, { ...fact, time: orderedAt }, notification))
}
