import type { ServiceContext } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import { forOperators } from './for-operators.ts'
import { createKnownStatus } from './known-status.ts'
import { operationsView, type Partitions } from './operations-view.ts'

/** `GET /v1/operations`: how every process of the engine is, by what each said last; how far its readers are; how who takes orders stands. For operators alone. */
export function getOperations({ http, streams, logTime, clock }: ServiceContext): void {
  const known = createKnownStatus(streams, logTime.takenAtMs)
  http.get('/v1/operations', forOperators, async (_request, reply) => {
    // By the log, which every process writes to: no two clocks have to agree.
    const nowMs = () => logTime.nowMs() ?? clock.now().getTime()
    const heard = await known.at(nowMs)
    return reply.send(await operationsView(heard, nowMs(), partitionsOf(streams)))
  })
}

/** Asked at most once for each group and topic at each question. */
function partitionsOf(streams: Streams): Partitions {
  const positions = new Map<string, Promise<ReadonlyMap<number, number>>>()
  return {
    count: topic => streams.partitionCount(topic),
    async lagOf(group, topic, partition) {
      const name = `${group} ${topic}`
      const asked = positions.get(name) ?? streams.positions(group, topic)
      positions.set(name, asked)
      const position = (await asked).get(partition) ?? (await streams.startOffset(topic, partition))
      return Math.max(0, (await streams.endOffset(topic, partition)) - position)
    },
  }
}
