import { setTimeout as pause } from 'node:timers/promises'
import { ordersTopic } from '@holdfast/schemas'
import { createWaiting } from '../ledger-consumer/waiting.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredOrders } from './stored-orders.ts'

/** Institutions that wait for their next order. */
export interface AwaitedOrders {
  /** How far the orders of a country were read. */
  position(country: string): number
  /** Resolves once the orders of the country were read beyond this position, or after so long. */
  beyond(country: string, position: number, withinMs: number): Promise<void>
  hasStopped(): boolean
  /** Lets everybody go who waits. */
  stop(): void
}

/** The orders of a country are looked for by one reader, however many of its institutions wait. */
const lookEveryMs = 1_000

export function createAwaitedOrders(
  reader: Pick<OrderReader, 'catchUpOrders'>,
  kept: Pick<StoredOrders, 'soFar'>,
  everyMs = lookEveryMs,
): AwaitedOrders {
  const waiting = createWaiting<true>()
  const waits = new Map<string, number>()
  const looking = new Set<string>()
  let isStopped = false

  const position = (country: string): number => kept.soFar(ordersTopic(country).name, 0)?.next ?? 0

  async function look(country: string): Promise<void> {
    if (looking.has(country)) return
    looking.add(country)
    let before = position(country)
    while (waits.has(country) && !isStopped) {
      await pause(everyMs, undefined, { ref: false })
      // What fails is tried again with the next look; who waits asks again in the end.
      if (!isStopped) await reader.catchUpOrders(country).catch(() => undefined)
      const now = isStopped ? before : position(country)
      if (now !== before) waiting.tell(country, true)
      before = now
    }
    looking.delete(country)
  }

  return {
    position,
    async beyond(country, known, withinMs) {
      if (isStopped || position(country) !== known) return
      waits.set(country, (waits.get(country) ?? 0) + 1)
      void look(country)
      await waiting.for(country, withinMs)
      const left = (waits.get(country) ?? 1) - 1
      if (left > 0) waits.set(country, left)
      else waits.delete(country)
    },
    hasStopped: () => isStopped,
    stop() {
      isStopped = true
      for (const country of waits.keys()) waiting.tell(country, true)
    },
  }
}
