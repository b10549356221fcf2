import { serviceNameOf, type Workflow } from '@holdfast/core'
import { deterministicId, type ParkedEvent, parkedType, topics } from '@holdfast/schemas'
import type { Streams, Subscription } from '@holdfast/streams'
import { whereParkedBegins } from './find-parked-start.ts'
import { decidesKeyCommands, isKeyCommand } from './key-commands.ts'
import type { Log } from './log-state-faults.ts'
import { createParkedEntries, isBeingRedriven, type Parked, type ParkedEntry } from './parked-entries.ts'
import { parkedEventIn } from './parked-event.ts'
import { type CommandToHold, createOwnedParking, type OwnedParking, type ParkedNews, type PartitionParking } from './partition-parking.ts'

/**
 * The requests that one service has parked, in all partitions: stored in `freeze.parked`, which outlasts every store.
 */
export interface Parking {
  /** Resolves after all present records have been read. */
  open(partition: number): Promise<PartitionParking>
  /**
   * Returns those of the requests that are being redriven, with the ledger offset from which they are. Effects from
   * there on may already be sent, although no store of this service knows of them yet. Valid at the time of the call.
   */
  beingRedriven(partition: number, requestIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /**
   * Whether a command can be held, or is held already, where the ledger has parked its request; true where it has not.
   * Based on what this process has read.
   */
  hasHeldQuota(command: CommandToHold['command'] & { readonly type?: string; readonly data?: unknown }): boolean
  /**
   * Calls the listener for each request of a partition whose erasure the ledger holds, now and later. Returns a
   * function that stops it.
   */
  onWaitingErasure(partition: number, listener: (erasure: WaitingErasure) => void): () => void
  stop(): Promise<void>
}

/** An erasure that was ordered while the ledger could not apply the facts of its request. */
export interface WaitingErasure {
  readonly requestId: string
  readonly orderedAt: string
}

export interface ParkingOptions {
  readonly streams: Streams
  readonly workflow: Pick<Workflow, 'isKnownFact' | 'topicPrefix'>
  readonly service: string
  readonly now: () => Date
  onFault(error: unknown): void
  /** Called when a redrive failed and will be retried. */
  onRedriveFault(error: unknown, requestId: string, partition: number): void
  /** Called for each request that is parked, for the log. */
  onParked(parked: Parked, partition: number): void
}

const topic = topics.parked.name

export async function createParking({
  streams,
  workflow,
  service: kind,
  now,
  onFault,
  onRedriveFault,
  onParked,
}: ParkingOptions): Promise<Parking> {
  const service = serviceNameOf(workflow, kind)
  const ledger = serviceNameOf(workflow, 'ledger')
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
    /** After a truncation, another command may have the offset of a held one. */
    async onLogTruncated() {
      const end = await streams.endOffset(topic, 0)
      entries.clear()
      position = 0
      // Records up to the old end will never arrive.
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
    const waitedBefore = data.what === 'held' && erasureOf(entries.get(data.service, data.partition, data.requestId), ledger) !== undefined
    entries.take(event, offset)
    if (data.what === 'held' && !waitedBefore) {
      const erasure = erasureOf(entries.get(data.service, data.partition, data.requestId), ledger)
      if (erasure) for (const listener of listeners.get(data.partition) ?? []) listener(erasure)
    }
    if (data.what === 'redrive')
      for (const { partition } of entries.of(data.requestId).filter(entry => entry.service === service))
        for (const owner of owners.get(partition) ?? []) owner.redrive(data.requestId)
    else if (data.what === 'released' && data.service === service)
      for (const owner of owners.get(data.partition) ?? []) owner.released(data.requestId)
  }

  /** Resolves when all records that were in the topic at the call have been taken in. */
  async function caughtUp(): Promise<void> {
    const until = await streams.endOffset(topic, 0)
    if (position < until) await new Promise<void>(resolve => waiting.push({ until, resolve }))
  }

  async function tell(...news: readonly ParkedNews[]): Promise<void> {
    const time = now().toISOString()
    // Unread records come after this position, so other processes need nothing before it either.
    const neededFrom = Math.min(position, ...entries.all().map(({ firstOffset }) => firstOffset))
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
        workflow,
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
        if (entry && isBeingRedriven(entry, workflow)) found.set(requestId, entry.parked.offset)
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
        const erasure = entry.partition === partition ? erasureOf(entry, ledger) : undefined
        if (erasure) listener(erasure)
      }
      return () => void ofPartition.delete(listener)
    },
    stop: () => tail.stop(),
  }
}

const erasureOf = (entry: ParkedEntry | undefined, ledger: string): WaitingErasure | undefined =>
  entry?.service === ledger && entry.erasureHeldAt !== undefined
    ? { requestId: entry.parked.requestId, orderedAt: entry.erasureHeldAt }
    : undefined

/** Requests a redrive of every service that has parked the request. Durable when it resolves. */
export async function requestRedrive(streams: Pick<Streams, 'publish'>, requestId: string, by: string, at: string): Promise<void> {
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

/** The parking of one service of the engine. Logs each parked request as an error, because an operator must act. */
export const startParking = (
  { streams, clock, log }: { readonly streams: Streams; readonly clock: { now(): Date }; readonly log: Log },
  workflow: ParkingOptions['workflow'],
  service: string,
): Promise<Parking> =>
  createParking({
    streams,
    workflow,
    service,
    now: clock.now,
    onFault: error => log.warn({ err: error }, 'The topic of parked requests cannot be read. Retrying'),
    onRedriveFault: (error, requestId, partition) =>
      log.warn({ partition, requestId, err: error }, 'The redrive of a parked request failed. Retrying each second'),
    onParked: ({ requestId, offset, reason, waitsFor }, partition) =>
      log.error(
        { requestId, partition, offset, reason, ...(waitsFor ? { waitsFor } : {}) },
        'Request parked: this service does not process it until it is redriven',
      ),
  })
