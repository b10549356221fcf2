import { type LedgerRecord, type RefusedCommand, topics } from '@holdfast/schemas'
import type { Logger, Running } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import type { LiveFacts } from './live-facts.ts'
import type { RequestViews } from './request-view.ts'

/** What callers wait for whose command is being decided. */
export interface Arrivals {
  /** Resolves with the fact that a command makes, or its refusal; undefined when neither comes in time. */
  causedBy(commandId: string, withinMs: number): Promise<LedgerRecord | undefined>
}

export interface FollowedLedger extends Running {
  readonly arrivals: Arrivals
}

/** Keeps the views up with the ledger and tells who waits: callers, and open streams. */
export async function followLedger(streams: Streams, views: RequestViews, live: LiveFacts, log: Logger): Promise<FollowedLedger> {
  const waiting = new Map<string, Set<(entry: LedgerRecord) => void>>()

  const tail = await streams.tail({
    topic: topics.ledger.name,
    from: views.positions(),
    async onRecords(records) {
      const refused: RefusedCommand[] = []
      const taken = await views.take(
        records,
        (record, reason) =>
          log.error({ partition: record.partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
        each => refused.push(each),
      )
      for (const entry of [...taken.map(({ fact }) => fact), ...refused])
        for (const resolve of waiting.get(entry.causationid) ?? []) resolve(entry)
      const last = records.at(-1)
      if (last) live.publish(taken, last.partition, last.offset + 1)
    },
    onFault: error => log.warn({ err: error }, 'the ledger could not be followed for a moment'),
  })

  const arrivals: Arrivals = {
    causedBy(commandId, withinMs) {
      return new Promise(resolve => {
        const listeners = waiting.get(commandId) ?? new Set()
        waiting.set(commandId, listeners)
        const done = (entry: LedgerRecord | undefined) => {
          clearTimeout(timer)
          listeners.delete(done)
          if (listeners.size === 0) waiting.delete(commandId)
          resolve(entry)
        }
        const timer = setTimeout(() => done(undefined), withinMs)
        listeners.add(done)
      })
    },
  }
  return { arrivals, stop: () => tail.stop() }
}

/** A view that is further than the ledger is of another ledger: someone started with new data. */
export async function forgetAnotherLedger(streams: Streams, views: RequestViews, log: Logger): Promise<void> {
  for (const [partition, next] of views.positions()) {
    const partitions = await streams.partitionCount(topics.ledger.name)
    if (partition < partitions && next <= (await streams.endOffset(topics.ledger.name, partition))) continue
    log.warn({ partition, next }, 'the view is of another ledger and is made anew')
    return views.clear()
  }
}
