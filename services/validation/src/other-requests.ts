import type { Workflow } from '@holdfast/core'
import type { OpenPartitions } from '@holdfast/request-state'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'
import { parseState, type RequestState } from './state-definition.ts'

/** Returns what is known of a request in any partition; undefined if it does not exist or is not known yet. */
export type FindRequest = (requestId: string) => Promise<unknown>

export interface RequestSources {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Pick<Streams, 'partitionOf'>
  readonly store: SnapshotStore
  readonly openStates: OpenPartitions<RequestState>
}

/** Finds requests in the current batch, in the partitions of this process, and as other owners last saved them. */
export function findRequests(
  { workflow, streams, store, openStates }: RequestSources,
  present: ReadonlyMap<string, RequestState>,
): FindRequest {
  const find = async (requestId: string): Promise<RequestState | undefined> => {
    const here = present.get(requestId)
    if (here) return here
    const partition = await streams.partitionOf(workflow.topics.ledger.name, requestId)
    const partitionState = openStates.get(partition)
    if (partitionState) return (await partitionState.load([requestId])).get(requestId)
    const text = (await store.load(partition, [requestId])).snapshots.get(requestId)
    return text === undefined ? undefined : parseState(text)
  }
  return async requestId => (await find(requestId))?.known
}
