import type { Parked, PartitionParking } from '@holdfast/request-state'
import type { Logger } from '@holdfast/runtime'
import { type StreamRecord, untilDone } from '@holdfast/streams'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { LeftOut, RequestProjection } from '../projection/request-projection.ts'

export interface LeftOutDependencies {
  readonly ledgers: Pick<JoinedLedgers<unknown>, 'read'>
  readonly views: Pick<RequestProjection, 'leftOut' | 'positions'>
  openParking(partition: number): Promise<PartitionParking>
  readonly log: Logger
  /** Runs work while no other record is written. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Takes the records of a parked request, from where it was parked up to the next offset of its partition. */
  retake(request: LeftOut, records: readonly StreamRecord[], next: number): Promise<void>
}

/** Parks the requests that the projection leaves out, so that operators see them, and takes them again on a redrive. */
export interface FollowedLeftOut {
  park(partition: number, parked: Parked): Promise<void>
  /** Listens for redrives in a partition, also before a request of it is parked. */
  open(partition: number): Promise<void>
  /** Parks the requests that are left out and not reported yet. Retries until it succeeds. */
  reportParked(): void
  stop(): void
}

export function followLeftOut({ ledgers, views, openParking, log, inTurn, retake }: LeftOutDependencies): FollowedLeftOut {
  const parkings = new Map<number, PartitionParking>()
  const stopping = new AbortController()
  let isReporting = false
  const leftOut = (requestId: string): LeftOut | undefined => views.leftOut().find(each => each.requestId === requestId)

  async function parkingOf(partition: number): Promise<PartitionParking> {
    const known = parkings.get(partition)
    if (known) return known
    const opened = await openParking(partition)
    parkings.set(partition, opened)
    opened.onRedrive(requestId => inTurn(() => redrive(requestId)))
    return opened
  }

  /** Takes the records of a parked request. */
  async function redrive(requestId: string): Promise<void> {
    const request = leftOut(requestId)
    if (!request) return release(requestId)
    const { partition, offset } = request
    const to = views.positions().get(partition) ?? offset
    const records: StreamRecord[] = []
    for await (const read of ledgers.read(partition, offset, to)) records.push(...read.filter(({ key }) => key === requestId))
    await retake(request, records, to)
    if (!leftOut(requestId)) await release(requestId)
  }

  /** Also for a request that is not left out: the projection may have been rebuilt without a fault. */
  async function release(requestId: string): Promise<void> {
    for (const [partition, opened] of parkings) {
      if (!opened.has(requestId)) continue
      await opened.release(requestId)
      log.info({ partition, requestId }, 'Request is no longer parked')
    }
  }

  /** A request may have been reported before a crash, so it is released in any case once it is no longer left out. */
  async function retakeUnreported(): Promise<void> {
    for (const { requestId, partition } of views.leftOut()) {
      const opened = await parkingOf(partition)
      if (opened.has(requestId)) continue
      await redrive(requestId)
      if (!leftOut(requestId)) await opened.release(requestId)
    }
  }

  /**
   * The projection records a left-out request with the batch, and parks it afterwards. If parking fails or the desk
   * stops in between, operators can't see it and no redrive reaches it. So it is taken once more, and parked if it
   * throws again.
   */
  async function reportParked(): Promise<void> {
    if (isReporting) return
    isReporting = true
    await untilDone(() => inTurn(retakeUnreported), {
      signal: stopping.signal,
      onFault: error => log.warn({ err: error }, 'Requests that the projection leaves out could not be parked yet. Retrying'),
    })
    isReporting = false
  }

  return {
    async park(partition, parked) {
      await (await parkingOf(partition)).park(parked)
    },
    async open(partition) {
      await parkingOf(partition)
    },
    reportParked: () => void reportParked(),
    stop() {
      stopping.abort()
      for (const opened of parkings.values()) opened.close()
    },
  }
}
