import { setTimeout as pause } from 'node:timers/promises'
import { ordersTopic } from '@holdfast/schemas'
import { createWaiting } from '../../ledger-consumer/waiting.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredOrders } from './stored-orders.ts'

/** Institutions that wait for their next order. */
export interface AwaitedOrders {
  /** The offset up to which the orders of a country were read. */
  position(country: string): number
  /** Resolves once the orders of the country were read beyond this offset, or after this time. */
  beyond(country: string, position: number, withinMs: number): Promise<void>
  hasStopped(): boolean
  /** Ends all waits. */
  stop(): void
}

/** One loop per country reads its orders, however many institutions wait. */
const readEveryMs = 1_000

export function createAwaitedOrders(
  reader: Pick<OrderReader, 'catchUpOrders'>,
  stored: Pick<StoredOrders, 'soFar'>,
  everyMs = readEveryMs,
): AwaitedOrders {
  const waiting = createWaiting<true>()
  const waits = new Map<string, number>()
  const reading = new Set<string>()
  let isStopped = false

  const position = (country: string): number => stored.soFar(ordersTopic(country).name, 0)?.next ?? 0

  async function readWhileAwaited(country: string): Promise<void> {
    if (reading.has(country)) return
    reading.add(country)
    let before = position(country)
    while (waits.has(country) && !isStopped) {
      await pause(everyMs, undefined, { ref: false })
      // A failed read is retried in the next turn; the client asks again at the latest after its wait.
      if (!isStopped) await reader.catchUpOrders(country).catch(() => undefined)
      const now = isStopped ? before : position(country)
      if (now !== before) waiting.resolve(country, true)
      before = now
    }
    reading.delete(country)
  }

  return {
    position,
    async beyond(country, known, withinMs) {
      if (isStopped || position(country) !== known) return
      waits.set(country, (waits.get(country) ?? 0) + 1)
      void readWhileAwaited(country)
      await waiting.for(country, withinMs)
      const left = (waits.get(country) ?? 1) - 1
      if (left > 0) waits.set(country, left)
      else waits.delete(country)
    },
    hasStopped: () => isStopped,
    stop() {
      isStopped = true
      for (const country of waits.keys()) waiting.resolve(country, true)
    },
  }
}
