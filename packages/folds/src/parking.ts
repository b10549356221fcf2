import { deterministicId, type ParkedEvent, parkedType, topics } from '@holdfast/schemas'
import type { Streams, Subscription } from '@holdfast/streams'
import type { Log } from './fold-log.ts'
import { decidesKeyCommands, isKeyCommand } from './key-commands.ts'
import { createParkedEntries, isBeingRedriven, type Parked, type ParkedEntry } from './parked-entries.ts'
import { parkedEventIn } from './parked-event.ts'
import { type CommandToHold, createOwnedParking, type OwnedParking, type ParkedNews, type PartitionParking } from './partition-parking.ts'
import { whereParkedBegins } from './where-parked-begins.ts'

/** The requests that one service has parked, in all partitions: kept in `freeze.parked`, which outlasts every store. */
export interface Parking {
  /** Reads what is there first. */
  open(partition: number): Promise<PartitionParking>
  /**
   * Those of these that are being redriven, and from which offset of the ledger on: effects of theirs may be out that no store of this service tells of yet.
   * True as of the call.
   */
  beingRedriven(partition: number, requestIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Whether a command is held, or still would be, where the ledger has parked its request; true where it has not. As of what this process has read. */
  hasHeldQuota(command: CommandToHold['command'] & { readonly type?: string; readonly data?: unknown }): boolean
  /** Tells of each request of a partition whose erasure waits at the ledger: those that wait already, and those to come. Gives how to stop it. */
  onWaitingErasure(partition: number, listener: (erasure: WaitingErasure) => void): () => void
  stop(): Promise<void>
}

/** An erasure that was ordered while the ledger could not fold the facts of its request. */
export interface WaitingErasure {
  readonly requestId: string
  readonly orderedAt: string
}

export interface ParkingOptions {
  readonly streams: Streams
  readonly service: string
  readonly now: () => Date
  onFault(error: unknown): void
  /** Told of a redrive that failed and is tried again. */
  onRedriveFault(error: unknown, requestId: string, partition: number): void
  /** Told of each request that is parked, for the log. */
  onParked(parked: Parked, partition: number): void
}

const topic = topics.parked.name

export async function createParking({ streams, service, now, onFault, onRedriveFault, onParked }: ParkingOptions): Promise<Parking> {
  const entries = createParkedEntries()
  const owners = new Map<number, Set<OwnedParking>>()
  const listeners = new Map<number, Set<(erasure: WaitingErasure) => void>>()
  let position = await whereParkedBegins(streams)
  let waiting: { readonly until: number; resolve(): void }[] = []

  const tail: Subscription = await streams.tail({
    topic,
    from: new Map([[0, position]]),
    onRecords(records) {
      for (const { value, offset } of records) {
        const event = parkedEventIn(value)
        if (event) take(event, offset)
        position = offset + 1
      }
      tellWaiting()
    },
    /** Where something lay that was held and is lost another command may lie by now. */
    async onLostPast() {
      const end = await streams.endOffset(topic, 0)
      entries.clear()
      position = 0
      // Nobody waits for what does not come any more.
      waiting = waiting.map(each => ({ ...each, until: Math.min(each.until, end) }))
      tellWaiting()
      return 0
    },
    onFault,
  })

  function tellWaiting(): void {
    waiting = waiting.filter(each => each.until > position || each.resolve())
  }

  function take(event: ParkedEvent, offset: number): void {
    const { data } = event
    const waitedBefore = data.what === 'held' && erasureOf(entries.get(data.service, data.partition, data.requestId)) !== undefined
    entries.take(event, offset)
    if (data.what === 'held' && !waitedBefore) {
      const erasure = erasureOf(entries.get(data.service, data.partition, data.requestId))
      if (erasure) for (const listener of listeners.get(data.partition) ?? []) listener(erasure)
    }
    if (data.what === 'redrive')
      for (const { partition } of entries.of(data.requestId).filter(entry => entry.service === service))
        for (const owner of owners.get(partition) ?? []) owner.redrive(data.requestId)
    else if (data.what === 'released' && data.service === service)
      for (const owner of owners.get(data.partition) ?? []) owner.released(data.requestId)
  }

  /** Resolves when what lies in the topic at the call has been taken. */
  async function caughtUp(): Promise<void> {
    const until = await streams.endOffset(topic, 0)
    if (position < until) await new Promise<void>(resolve => waiting.push({ until, resolve }))
  }

  async function tell(...news: readonly ParkedNews[]): Promise<void> {
    const time = now().toISOString()
    // What this process has not read yet lies behind its position, so that others need nothing before that either.
    const neededFrom = Math.min(position, ...entries.all().map(({ number }) => number))
    const records = news.map(({ data, causes }) => {
      const event: ParkedEvent = {
        specversion: '1.0',
        id: deterministicId('parked', service, data.what, data.requestId, ...causes),
        source: `/holdfast/${service}`,
        type: parkedType,
        subject: data.requestId,
        time,
        datacontenttype: 'application/json',
        data: data.what === 'redrive' ? data : { ...data, neededFrom },
      }
      return { key: data.requestId, value: JSON.stringify(event) }
    })
    await streams.publish(topic, records)
  }

  return {
    async open(partition) {
      await caughtUp()
      const ofPartition = owners.get(partition) ?? new Set()
      const owner = createOwnedParking({
        service,
        partition,
        streams,
        now,
        entries,
        caughtUp,
        tell,
        onFault,
        onRedriveFault,
        onParked,
        onClose: () => void ofPartition.delete(owner),
      })
      owners.set(partition, ofPartition.add(owner))
      return owner.parking
    },
    async beingRedriven(partition, requestIds) {
      await caughtUp()
      const found = new Map<string, number>()
      for (const requestId of requestIds) {
        const entry = entries.get(service, partition, requestId)
        if (entry && isBeingRedriven(entry)) found.set(requestId, entry.parked.offset)
      }
      return found
    },
    hasHeldQuota: ({ id, subject, actor, type, data }) =>
      entries
        .of(subject)
        .every(
          ({ held, parked }) =>
            held.has(id) || held.hasQuota(actor) || (type !== undefined && isKeyCommand({ type, data }) && decidesKeyCommands(parked)),
        ),
    onWaitingErasure(partition, listener) {
      const ofPartition = listeners.get(partition) ?? new Set()
      listeners.set(partition, ofPartition.add(listener))
      for (const entry of entries.all()) {
        const erasure = entry.partition === partition ? erasureOf(entry) : undefined
        if (erasure) listener(erasure)
      }
      return () => void ofPartition.delete(listener)
    },
    stop: () => tail.stop(),
  }
}

const erasureOf = (entry: ParkedEntry | undefined): WaitingErasure | undefined =>
  entry?.service === 'ledger' && entry.erasureHeldAt !== undefined
    ? { requestId: entry.parked.requestId, orderedAt: entry.erasureHeldAt }
    : undefined

/** Every service that has parked the request is to try it again. Durable when it resolves. */
export async function askRedrive(streams: Pick<Streams, 'publish'>, requestId: string, by: string, at: string): Promise<void> {
  const event: ParkedEvent = {
    specversion: '1.0',
    id: deterministicId('redrive', requestId, by, at),
    source: '/holdfast/desk',
    type: parkedType,
    subject: requestId,
    time: at,
    datacontenttype: 'application/json',
    data: { what: 'redrive', requestId, by },
  }
  await streams.publish(topic, [{ key: requestId, value: JSON.stringify(event) }])
}

/** The parking of one service of the engine: what is parked is in its log, as an error that somebody has to see. */
export const startParking = (
  { streams, clock, log }: { readonly streams: Streams; readonly clock: { now(): Date }; readonly log: Log },
  service: string,
): Promise<Parking> =>
  createParking({
    streams,
    service,
    now: clock.now,
    onFault: error => log.warn({ err: error }, 'what is parked could not be read for a moment'),
    onRedriveFault: (error, requestId, partition) =>
      log.warn({ partition, requestId, err: error }, 'a parked request could not be tried again yet'),
    onParked: ({ requestId, offset, reason, waitsFor }, partition) =>
      log.error(
        { requestId, partition, offset, reason, ...(waitsFor ? { waitsFor } : {}) },
        'a request is parked: nothing of it is worked on here',
      ),
  })
