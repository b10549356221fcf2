import type { ServiceContext } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import { forOperators } from './for-operators.ts'
import { createKnownStatus } from './known-status.ts'
import { operationsView, type Partitions } from './operations-view.ts'

/**
 * For operators. `GET /v1/operations`: the last status of every process, the lag of its consumers, and the state of the
 * recipients of orders.
 */
export function getOperations({ http, streams, logTime, clock }: ServiceContext): void {
  const known = createKnownStatus(streams, logTime.recordedAtMs)
  http.get('/v1/operations', forOperators, async (_request, reply) => {
    // By the time of the log, to which every process writes, so that clocks need not agree.
    const nowMs = () => logTime.nowMs() ?? clock.now().getTime()
    const statuses = await known.at(nowMs)
    return reply.send(await operationsView(statuses, nowMs(), partitionsOf(streams)))
  })
}

/** Reads the positions of each group and topic at most once per query. */
function partitionsOf(streams: Streams): Partitions {
  const positions = new Map<string, Promise<ReadonlyMap<number, number>>>()
  return {
    count: topic => streams.partitionCount(topic),
    async lagOf(group, topic, partition) {
      const name = `${group} ${topic}`
      const found = positions.get(name) ?? streams.positions(group, topic)
      positions.set(name, found)
      const position = (await found).get(partition) ?? (await streams.startOffset(topic, partition))
      return Math.max(0, (await streams.endOffset(topic, partition)) - position)
    },
  }
}
