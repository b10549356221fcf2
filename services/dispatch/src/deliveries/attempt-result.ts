import type { WebhookAnswer } from './post-webhook.ts'

/**
 * The outcome of one attempt. A `slow` failure needs a repair by an operator or the recipient. `refused` is final: the
 * endpoint would refuse the same bytes again.
 */
export type AttemptResult =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'failed'; readonly why: string; readonly slow?: boolean; readonly pauseMs?: number }
  | { readonly outcome: 'refused'; readonly why: string }

/** Temporary refusals that do not concern the order: too slow, too early, too many. */
const temporaryStatuses: ReadonlySet<number> = new Set([408, 425, 429])
/**
 * Refusals of the key or the address. After the operator repairs the directory, or the recipient its endpoint, the
 * order is still deliverable.
 */
const repairableStatuses: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 421])

/** The longest pause that an endpoint can request: later, the money may have moved. */
const pauseMostMs = 600_000

/** Classifies an HTTP response: only 2xx means delivered. */
export function resultOf({ status, retryAfter }: WebhookAnswer, now: Date): AttemptResult {
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  const why = `the endpoint answers ${status}`
  if (temporaryStatuses.has(status) || status >= 500) return { outcome: 'failed', why, ...pauseOf(status, retryAfter, now) }
  if (repairableStatuses.has(status) || status < 400) return { outcome: 'failed', why, slow: true }
  return { outcome: 'refused', why }
}

/** RFC 9110: seconds or a date. */
function pauseOf(status: number, retryAfter: string | undefined, now: Date): { pauseMs?: number } {
  if (retryAfter === undefined || (status !== 429 && status !== 503)) return {}
  const requestedMs = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime()
  return requestedMs > 0 ? { pauseMs: Math.min(requestedMs, pauseMostMs) } : {}
}
