import type { WebhookAnswer } from './post-webhook.ts'

/** What came of one attempt. A `slow` failure is one that somebody has to mend; `refused` is final: the same bytes would be refused again. */
export type Attempted =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'failed'; readonly why: string; readonly slow?: boolean; readonly pauseMs?: number }
  | { readonly outcome: 'refused'; readonly why: string }

/** Said of the moment, not of the order: too slow, too early, too much. */
const passing: ReadonlySet<number> = new Set([408, 425, 429])
/** Said of how it was sent: the key, the address. The operator mends it in the directory, or the receiver at its door, and the order is still to be delivered then. */
const mendable: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 421])

/** An endpoint that asks to be left alone is, for as long as it asks, but no longer than this: the money may be gone. */
const pauseMostMs = 600_000

/** What an answer means: 2xx is delivered, and no other answer is. */
export function attemptedBy({ status, retryAfter }: WebhookAnswer, now: Date): Attempted {
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  const why = `the endpoint answers ${status}`
  if (passing.has(status) || status >= 500) return { outcome: 'failed', why, ...pauseOf(status, retryAfter, now) }
  if (mendable.has(status) || status < 400) return { outcome: 'failed', why, slow: true }
  return { outcome: 'refused', why }
}

/** RFC 9110: seconds or a date. */
function pauseOf(status: number, retryAfter: string | undefined, now: Date): { pauseMs?: number } {
  if (retryAfter === undefined || (status !== 429 && status !== 503)) return {}
  const askedMs = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime()
  return askedMs > 0 ? { pauseMs: Math.min(askedMs, pauseMostMs) } : {}
}
