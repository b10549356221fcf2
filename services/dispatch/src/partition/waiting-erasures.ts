import { type PartitionFold, readFactAt, type WaitingErasure } from '@holdfast/folds'
import { alertOfWaitingErasure, isKeptFromAddressee } from '@holdfast/lifecycle'
import type { Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { noticesOfWaitingErasure } from '../notifications/notifications-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

export interface WaitingErasureDependencies {
  readonly streams: Streams
  readonly partition: number
  readonly fold: Pick<PartitionFold<DispatchState>, 'load'>
  readonly signer: EngineSigner
}

/**
 * What tells both countries that an erasure was ordered and waits, as the ledger cannot fold the facts of its request. They name the fact that brought its document.
 * Nothing where dispatch does not know the request either.
 */
export async function noticesOfWaiting(
  { streams, partition, fold, signer }: WaitingErasureDependencies,
  { requestId, orderedAt }: WaitingErasure,
): Promise<readonly Outbound[]> {
  const state = (await fold.load([requestId])).get(requestId)
  if (!state) return []
  const { standing, documentOffset } = state
  const fact = await readFactAt(streams, partition, documentOffset, requestId)
  const { beneficiary: _, ...ofRequester } = alertOfWaitingErasure
  const alert = isKeptFromAddressee(standing) ? ofRequester : alertOfWaitingErasure
  return noticesOfWaitingErasure(signer, { fact, standing, orderedAt }, alert)
}
