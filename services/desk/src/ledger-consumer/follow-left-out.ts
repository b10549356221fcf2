import type { Parked, Parking, PartitionParking } from '@holdfast/folds'
import type { Logger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type StreamRecord, type Streams, untilDone } from '@holdfast/streams'
import type { LeftOut, RequestProjection } from '../projection/request-projection.ts'

export interface LeftOutDependencies {
  readonly streams: Streams
  readonly views: Pick<RequestProjection, 'leftOut' | 'positions'>
  readonly parking: Parking
  readonly log: Logger
  /** Lets nothing else be taken into the views meanwhile. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Takes records of a request that was left out, from where that was up to the next offset of its partition. */
  retake(request: LeftOut, records: readonly StreamRecord[], next: number): Promise<void>
}

/** The requests that the views leave out: each is parked, so that operators hear of it, and taken once it can be. */
export interface FollowedLeftOut {
  park(partition: number, parked: Parked): Promise<void>
  /** Of a partition of which nothing is parked yet too: from here on its redrives are heard. */
  open(partition: number): Promise<void>
  /** Begins to tell of what the views leave out and nobody was told of, and goes on until it is done. */
  tell(): void
  stop(): void
}

export function followLeftOut({ streams, views, parking, log, inTurn, retake }: LeftOutDependencies): FollowedLeftOut {
  const parkings = new Map<number, PartitionParking>()
  const stopping = new AbortController()
  let isTelling = false
  const leftOut = (requestId: string): LeftOut | undefined => views.leftOut().find(each => each.requestId === requestId)

  async function parkingOf(partition: number): Promise<PartitionParking> {
    const known = parkings.get(partition)
    if (known) return known
    const opened = await parking.open(partition)
    parkings.set(partition, opened)
    opened.onRedrive(requestId => inTurn(() => redrive(requestId)))
    return opened
  }

  /** What of a parked request was left out is taken now. */
  async function redrive(requestId: string): Promise<void> {
    const request = leftOut(requestId)
    if (!request) return letGo(requestId)
    const { partition, offset } = request
    const to = views.positions().get(partition) ?? offset
    const records: StreamRecord[] = []
    for await (const read of streams.read(topics.ledger.name, partition, offset, to))
      records.push(...read.filter(({ key }) => key === requestId))
    await retake(request, records, to)
    if (!leftOut(requestId)) await letGo(requestId)
  }

  /** Also where this view left nothing out: it was folded again meanwhile, and nothing stood in the way of it. */
  async function letGo(requestId: string): Promise<void> {
    for (const [partition, opened] of parkings) {
      if (!opened.has(requestId)) continue
      await opened.release(requestId)
      log.info({ partition, requestId }, 'is no longer parked')
    }
  }

  /** Whether it was told of is not known, so that it is let go of in any case where it is not left out any more. */
  async function retakeUntold(): Promise<void> {
    for (const { requestId, partition } of views.leftOut()) {
      const opened = await parkingOf(partition)
      if (opened.has(requestId)) continue
      await redrive(requestId)
      if (!leftOut(requestId)) await opened.release(requestId)
    }
  }

  /**
   * What the views leave out is written down with them, and parked afterwards. Where that fails, or a desk ends in between, no operator knows of it, and no redrive reaches it: so it is taken
   * once more, and parked where it throws again.
   */
  async function tell(): Promise<void> {
    if (isTelling) return
    isTelling = true
    await untilDone(() => inTurn(retakeUntold), {
      signal: stopping.signal,
      onFault: error => log.warn({ err: error }, 'what the view leaves out could not be told of yet'),
    })
    isTelling = false
  }

  return {
    async park(partition, parked) {
      await (await parkingOf(partition)).park(parked)
    },
    async open(partition) {
      await parkingOf(partition)
    },
    tell: () => void tell(),
    stop() {
      stopping.abort()
      for (const opened of parkings.values()) opened.close()
    },
  }
}
