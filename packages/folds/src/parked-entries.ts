import { isKnownFactType, type ParkedBodyOf, type ParkedEvent, parkedSchema, parseJson, parseKept } from '@holdfast/schemas'

/** A request that a service has put aside. */
export type Parked = Pick<ParkedBodyOf<'parked'>, 'requestId' | 'offset' | 'reason' | 'waitsFor'>

/** The same, with where and since when, and what has come for it. */
export interface ParkedEntry {
  readonly service: string
  readonly partition: number
  readonly parked: Parked
  readonly since: string
  /** Where in the topic the commands lie that are held, by their ids. */
  readonly heldAt: ReadonlyMap<string, number>
  /** When it was tried again last and parked again. */
  readonly failedAgainAt?: string
  /** Until it is tried. */
  readonly redriveAsked?: { readonly at: string; readonly by: string }
}

/** A redrive is asked for and has not been tried, or this version knows the kind that the request waits for. */
export const isBeingRedriven = ({ parked, redriveAsked }: ParkedEntry): boolean =>
  redriveAsked !== undefined || isKnownFactType(parked.waitsFor ?? '')

/** What is parked at every service, as `freeze.parked` tells it. */
export function createParkedEntries() {
  const entries = new Map<string, ParkedEntry>()
  const nameOf = (service: string, partition: number, requestId: string) => `${service}/${partition}/${requestId}`
  const get = (service: string, partition: number, requestId: string) => entries.get(nameOf(service, partition, requestId))

  function take({ time, data }: ParkedEvent, offset: number): void {
    if (data.what === 'redrive') {
      for (const [name, entry] of entries)
        if (entry.parked.requestId === data.requestId) entries.set(name, { ...entry, redriveAsked: { at: time, by: data.by } })
      return
    }
    const { service, partition, requestId } = data
    const name = nameOf(service, partition, requestId)
    const entry = entries.get(name)
    if (data.what === 'released') entries.delete(name)
    else if (data.what === 'held') {
      if (entry) entries.set(name, { ...entry, heldAt: new Map(entry.heldAt).set(data.commandId, offset) })
    } else {
      const { reason, waitsFor } = data
      const from = entry ? Math.min(entry.parked.offset, data.offset) : data.offset
      entries.set(name, {
        service,
        partition,
        parked: { requestId, offset: from, reason, ...(waitsFor ? { waitsFor } : {}) },
        since: entry?.since ?? time,
        heldAt: entry?.heldAt ?? new Map(),
        ...(entry ? { failedAgainAt: time } : {}),
      })
    }
  }

  return {
    take,
    /** The topic no longer has what was taken of it, and is taken anew. */
    clear: () => entries.clear(),
    get,
    /** In the order in which they were parked first. */
    all: (): ParkedEntry[] => [...entries.values()],
    of: (requestId: string): ParkedEntry[] => [...entries.values()].filter(({ parked }) => parked.requestId === requestId),
  }
}

export type ParkedEntries = ReturnType<typeof createParkedEntries>

/** Undefined for what is none. */
export function parkedEventIn(value: string): ParkedEvent | undefined {
  const json = parseJson(value)
  const event = json.ok ? parseKept(parkedSchema, json.value) : json
  return event.ok ? event.value : undefined
}
