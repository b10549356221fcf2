import type { Workflow } from '@holdfast/core'
import { type LedgerFact, ledgerRecordIn } from '@holdfast/schemas'
import { attemptSync, type Streams } from '@holdfast/streams'
import type { DispatchState } from './dispatch-state.ts'
import { createStateDefinition, type DispatchedWorkflow } from './state-definition.ts'

/** A search in a ledger partition, with the states that are already known. */
export interface Lookup {
  readonly ids: Iterable<string>
  /** States as of `position`; undefined if there is nothing to start from. */
  readonly states: ReadonlyMap<string, DispatchState>
  readonly position: number | undefined
  readonly end: number
}

export interface LedgerLookups {
  /** States as of `end` or later. Callers that arrive during a reading share the next one. */
  states(partition: number, lookup: Lookup): Promise<ReadonlyMap<string, DispatchState>>
}

interface LedgerReading {
  readonly ids: Set<string>
  readonly found: Map<string, DispatchState>
  from: number | undefined
  end: number
  readonly result: Promise<ReadonlyMap<string, DispatchState>>
}

/** Reads the ledger if no store has the orders. One reading at a time for each partition, because it may be long. */
export function createLedgerLookups(
  streams: Streams,
  workflow: DispatchedWorkflow & Pick<Workflow, 'topics'>,
  onRead: (partition: number, facts: number) => void,
): LedgerLookups {
  const ledger = workflow.topics.ledger.name
  const stateDefinition = createStateDefinition(workflow)
  const running = new Map<number, Promise<unknown>>()
  const waiting = new Map<number, LedgerReading>()

  function readingOf(partition: number, lookup: Lookup): LedgerReading {
    const before = running.get(partition) ?? Promise.resolve()
    const result = before.then(() => {
      waiting.delete(partition)
      return read(partition, reading)
    })
    const ended = result.catch(() => undefined)
    running.set(partition, ended)
    const reading: LedgerReading = { ids: new Set(), found: new Map(), from: lookup.position, end: lookup.end, result }
    return reading
  }

  async function read(partition: number, { ids, found, from, end }: LedgerReading): Promise<ReadonlyMap<string, DispatchState>> {
    let facts = 0
    for await (const records of streams.read(ledger, partition, from ?? (await streams.startOffset(ledger, partition)), end)) {
      for (const record of records) {
        const { key, offset } = record
        // The key is the request's id, so records of other requests need not be parsed.
        if (!ids.has(key)) continue
        const entry = ledgerRecordIn(record)
        // From the fact at which dispatch parked a request, it sends no orders.
        const next =
          entry.ok && workflow.isKnownFact(entry.value.type)
            ? attemptSync(() => stateDefinition.evolve(found.get(key), entry.value as LedgerFact, offset))
            : undefined
        if (next?.ok && next.value.accepted && next.value.state) found.set(key, next.value.state)
      }
      facts += records.length
    }
    onRead(partition, facts)
    return found
  }

  return {
    states(partition, lookup) {
      const reading = waiting.get(partition) ?? readingOf(partition, lookup)
      waiting.set(partition, reading)
      for (const id of lookup.ids) reading.ids.add(id)
      // Facts that a state already includes do not fit it again, so an earlier start is harmless.
      for (const [id, state] of lookup.states) reading.found.set(id, state)
      reading.from = reading.from === undefined || lookup.position === undefined ? undefined : Math.min(reading.from, lookup.position)
      reading.end = Math.max(reading.end, lookup.end)
      return reading.result
    },
  }
}
