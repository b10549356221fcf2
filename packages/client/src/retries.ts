import { setTimeout as wait } from 'node:timers/promises'

export interface Retries {
  /** The number of attempts of one call. */
  readonly attemptsMax: number
  /** The first pause; each further one may be twice as long. */
  readonly pauseMs: number
  readonly pauseMaxMs: number
}

/** Six attempts take 6 to 12 s: longer than an engine needs to restart, shorter than a person's patience. */
export const defaultRetries: Retries = { attemptsMax: 6, pauseMs: 400, pauseMaxMs: 5000 }

/** A longer Retry-After is shortened to this. */
const retryAfterMaxMs = 30_000

/**
 * The pause before the next attempt: it doubles, half of it is random so that clients do not return together, and it is
 * never shorter than the engine asked.
 */
export function pauseMsAfter(failures: number, { pauseMs, pauseMaxMs }: Retries, retryAfterMs = 0): number {
  const longest = Math.min(pauseMaxMs, pauseMs * 2 ** (failures - 1))
  return Math.max(Math.min(retryAfterMs, retryAfterMaxMs), longest * (0.5 + Math.random() / 2))
}

/** The Retry-After header in milliseconds, in either form of RFC 9110; 0 if it is missing or unreadable. */
export function retryAfterMsOf(header: string | null, nowMs: number): number {
  if (!header) return 0
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}

/** Rejects with the signal's reason when it aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> => wait(ms, undefined, signal ? { signal } : {})
