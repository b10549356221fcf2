import type { Workflow } from '@holdfast/core'
import type { ParkedBodyOf, ParkedEvent } from '@holdfast/schemas'
import { createHeldCommands, type HeldCommands } from './held-commands.ts'
import { isErasureOrder } from './key-commands.ts'

/** A request that a service has parked. */
export type Parked = Pick<ParkedBodyOf<'parked'>, 'requestId' | 'offset' | 'reason' | 'waitsFor' | 'threwOn'>

/** A parked request with its service, partition and time, and the commands held for it. */
export interface ParkedEntry {
  readonly service: string
  readonly partition: number
  readonly parked: Parked
  /** Its first offset in the topic. */
  readonly firstOffset: number
  readonly since: string
  /** Grows as commands arrive. */
  readonly held: HeldCommands
  /** When it was last retried and parked again. */
  readonly failedAgainAt?: string
  /** When the first order of an erasure was held. It waits until the facts of the request can be applied. */
  readonly erasureHeldAt?: string
  /** Set until the request is retried. */
  readonly redriveRequested?: { readonly at: string; readonly by: string }
}

/** A redrive was requested and not tried yet, or this version knows the type of fact that the request waits for. */
export const isBeingRedriven = ({ parked, redriveRequested }: ParkedEntry, { isKnownFact }: Pick<Workflow, 'isKnownFact'>): boolean =>
  redriveRequested !== undefined || isKnownFact(parked.waitsFor ?? '')

/** The parked requests of every service, as `freeze.parked` states them. */
export function createParkedEntries() {
  const entries = new Map<string, ParkedEntry>()
  /** The names of the entries by request. */
  const byRequest = new Map<string, Set<string>>()
  const nameOf = (service: string, partition: number, requestId: string) => `${service}/${partition}/${requestId}`
  const get = (service: string, partition: number, requestId: string) => entries.get(nameOf(service, partition, requestId))
  const of = (requestId: string): ParkedEntry[] => [...(byRequest.get(requestId) ?? [])].flatMap(name => entries.get(name) ?? [])

  function put(entry: ParkedEntry): void {
    const { service, partition, parked } = entry
    const name = nameOf(service, partition, parked.requestId)
    entries.set(name, entry)
    byRequest.set(parked.requestId, (byRequest.get(parked.requestId) ?? new Set()).add(name))
  }

  function remove(name: string, requestId: string): void {
    entries.delete(name)
    const names = byRequest.get(requestId)
    names?.delete(name)
    if (names?.size === 0) byRequest.delete(requestId)
  }

  function hold(
    { commandId, memberRole, record }: ParkedBodyOf<'held'>,
    offset: number,
    time: string,
    entry: ParkedEntry | undefined,
  ): void {
    if (!entry) return
    entry.held.add(commandId, offset, memberRole)
    if (entry.erasureHeldAt === undefined && isErasureOrder(record.value)) put({ ...entry, erasureHeldAt: time })
  }

  function release({ service, partition, requestId, decidedTo }: ParkedBodyOf<'released'>, entry: ParkedEntry | undefined): void {
    const held = decidedTo === undefined ? undefined : entry?.held.behind(decidedTo)
    if (entry && held && held.size > 0) put({ ...entry, held })
    else remove(nameOf(service, partition, requestId), requestId)
  }

  function take({ time, data }: ParkedEvent, offset: number): void {
    if (data.what === 'redrive') {
      for (const entry of of(data.requestId)) put({ ...entry, redriveRequested: { at: time, by: data.by } })
      return
    }
    const { service, partition, requestId } = data
    const entry = get(service, partition, requestId)
    if (data.what === 'released') release(data, entry)
    else if (data.what === 'held') hold(data, offset, time, entry)
    else {
      const { reason, waitsFor, threwOn } = data
      const from = entry ? Math.min(entry.parked.offset, data.offset) : data.offset
      put({
        service,
        partition,
        parked: { requestId, offset: from, reason, ...(waitsFor ? { waitsFor } : {}), ...(threwOn ? { threwOn } : {}) },
        firstOffset: entry?.firstOffset ?? offset,
        since: entry?.since ?? time,
        held: entry?.held ?? createHeldCommands(),
        ...(entry?.erasureHeldAt ? { erasureHeldAt: entry.erasureHeldAt } : {}),
        ...(entry ? { failedAgainAt: time } : {}),
      })
    }
  }

  return {
    take,
    /** For a topic that was truncated and is read again from its start. */
    clear() {
      entries.clear()
      byRequest.clear()
    },
    get,
    /** In the order in which they were first parked. */
    all: (): ParkedEntry[] => [...entries.values()],
    of,
  }
}

export type ParkedEntries = ReturnType<typeof createParkedEntries>
