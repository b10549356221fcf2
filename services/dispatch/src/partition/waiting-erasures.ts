import { paymentStop } from '@holdfast/payment-stop'
import { alertOfWaitingErasure, isKeptFromAddressee } from '@holdfast/payment-stop/lifecycle'
import { type PartitionState, readFactAt, type WaitingErasure } from '@holdfast/request-state'
import type { Fact } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { notificationsOfWaitingErasure } from '../notifications/notifications-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface WaitingErasureDependencies {
  readonly streams: Streams
  readonly partition: number
  readonly partitionState: Pick<PartitionState<DispatchState, Fact>, 'load'>
  readonly signer: EngineSigner
}

/**
 * Notifies both countries that an ordered erasure waits, because the ledger cannot process the facts of its request.
 * The notifications name the fact that brought its document. Returns none if dispatch does not know the request either.
 */
export async function notificationsOfWaiting(
  { streams, partition, partitionState, signer }: WaitingErasureDependencies,
  { requestId, orderedAt }: WaitingErasure,
): Promise<readonly Outbound[]> {
  const state = (await partitionState.load([requestId])).get(requestId)
  if (!state) return []
  const { summary, documentOffset } = state
  const fact = await readFactAt<Fact>(streams, paymentStop, partition, documentOffset, requestId)
  const { beneficiary: _, ...ofRequester } = alertOfWaitingErasure
  const alert = isKeptFromAddressee(summary) ? ofRequester : alertOfWaitingErasure
  return notificationsOfWaitingErasure(signer, { fact, summary, orderedAt }, alert)
}
