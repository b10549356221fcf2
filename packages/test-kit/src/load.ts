import { setTimeout as pause } from 'node:timers/promises'
import { instantMs } from './instant.ts'

/** A load with a window: so many are under way at once. */
export interface WindowedLoad {
  readonly atOnce: number
  /** How many in all; without it as many as there is time for. */
  readonly count?: number
  readonly goesOn?: () => boolean
}

/** Sends one after the other, from 0 on, and resolves when all have been answered. Rejects when one can't be sent. */
export async function sendInWindow(
  { atOnce, count = Number.POSITIVE_INFINITY, goesOn = () => true }: WindowedLoad,
  send: (nth: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const sendNext = async (): Promise<void> => {
    while (next < count && goesOn()) await send(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, sendNext))
}

/** A load that is sent at its times, whatever becomes of it. */
export interface PacedLoad {
  /** Sends no more. */
  stop(): void
  /** Resolves once the last one has been sent. */
  readonly ended: Promise<void>
}

/** Sends at a fixed rate, from 0 on, until it is stopped or so many are sent. `dueAtMs` is when each was due, which may be some time ago. */
export function sendAtRate(
  { perSecond, count = Number.POSITIVE_INFINITY }: { readonly perSecond: number; readonly count?: number },
  send: (nth: number, dueAtMs: number) => unknown,
): PacedLoad {
  let isStopped = false
  async function run(): Promise<void> {
    const fromMs = instantMs()
    for (let nth = 0; nth < count; nth++) {
      const dueAtMs = fromMs + (nth * 1000) / perSecond
      const wait = dueAtMs - instantMs()
      if (wait > 0) await pause(wait)
      if (isStopped) return
      send(nth, dueAtMs)
    }
  }
  return {
    ended: run(),
    stop() {
      isStopped = true
    },
  }
}
