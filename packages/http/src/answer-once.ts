import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { IdempotencyStore } from '@holdfast/stores'
import { fingerprintOf } from '@holdfast/trust'
import { z } from 'zod'

/** An answer, which every repeat gets byte for byte. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly location?: string
}

/**
 * `final: true` is stored and returned to every repeat. `false` is not stored: a repeat does the work again, which
 * duplicates nothing because ids are deterministic; another body under the key is still refused. `nothingDone` leaves
 * the key unused.
 */
export type AnswerOutcome = { readonly answer: Answer; readonly final: boolean | 'nothingDone' }

const keySchema = z.string().regex(/^[\x21-\x7e]{1,64}$/)

/** Accepts 1 to 64 printable ASCII characters without spaces. Keys are unique per country. */
export function readIdempotencyKey(header: string | string[] | undefined): Result<string, Refusal> {
  const parsed = keySchema.safeParse(header)
  return parsed.success
    ? accepted(parsed.data)
    : refused({
        code: 'KEY_MISSING',
        message: 'Send an Idempotency-Key of 1 to 64 printable characters. Use the same key when you repeat this request.',
      })
}

/**
 * How long a claim keeps others from the same work. Longer than the work (a publish fails after 5 s, a request first
 * looks for an earlier receipt for 2 s, a command waits for 10 s). Not much longer, because after a crash the caller
 * waits for it.
 */
export const leaseMs = { publish: 7_000, request: 9_000, command: 12_000 } as const

/** Keys contain no space, so keys of different scopes never collide. */
export const storedKeyOf = (scope: string, key: string): string => `${scope} ${key}`

export interface Use {
  /** The owner of the key: a country, whose systems repeat for each other, or one actor. */
  readonly scope: string
  readonly key: string
  readonly route: string
  readonly body: unknown
  readonly leaseMs: number
  /** The arrival as an ISO instant, if a repeat of the work must use the same instant. */
  readonly at?: string | undefined
  /** The id of the caller's token, which is good for this act only; undefined for a session, which is reused. */
  readonly tokenId?: string | undefined
  /** The refusal if the key is used for something else. */
  readonly reused: string
  /**
   * Finds the answer of work that the store has forgotten, when the key was used for something else meanwhile: its
   * repeat is not a misuse. Undefined if nothing is known.
   */
  readonly known?: (fingerprint: string) => Promise<Answer | undefined>
}

/** A token for acts is dated at most a minute ahead and lives ten minutes, so after this time it cannot be reused. */
const tokenKeptMs = 15 * 60_000

const tokenReused: Refusal = {
  code: 'TOKEN_REUSED',
  message:
    'This token (jti) was used for another act. Make a new token for each act. You may repeat the same request with its own key and the same token.',
}

/**
 * A twin usually finishes within milliseconds: waits as long as it has been running, at least a second, and at most
 * until its lease ends.
 */
const waitForTwinMs = (leaseMs: number, leftMs: number): number => Math.min(leftMs, Math.max(1_000, leaseMs - leftMs))

/**
 * Does the work for the first caller of a key and returns its answer to every repeat. The work derives ids from the
 * fingerprint and the key, because the store may forget a key, and another body must not be taken for the first one. If
 * the work is repeated because its outcome is unknown, it gets the instant of its first claim. Throws
 * StoreUnavailableError without doing the work if the store is down. If the work throws, its outcome is unknown: the
 * same request can be repeated at once, and no other with its key.
 */
export async function answerOnce(
  store: IdempotencyStore,
  use: Use,
  work: (fingerprint: string, firstAt: string | undefined) => Promise<AnswerOutcome>,
): Promise<Result<Answer, Refusal>> {
  const key = storedKeyOf(use.scope, use.key)
  const fingerprint = fingerprintOf(use.scope, use.route, use.body)
  const token = use.tokenId === undefined ? undefined : { id: use.tokenId, keptMs: tokenKeptMs }
  const [claim] = await store.claim([{ key, fingerprint, at: use.at, token }], use)
  if (claim?.outcome === 'tokenReused') return refused(tokenReused)
  if (claim?.outcome === 'replay') return accepted(JSON.parse(claim.response) as Answer)
  if (claim?.outcome === 'inFlight') {
    const retryAfterMs = waitForTwinMs(use.leaseMs, claim.retryAfterMs)
    return refused({
      code: 'KEY_IN_FLIGHT',
      message: 'This request is in progress. Repeat it in a moment with the same key.',
      retryAfterMs,
    })
  }
  if (claim?.outcome === 'mismatch') {
    const before = await use.known?.(fingerprint)
    return before ? accepted(before) : refused({ code: 'KEY_REUSED', message: use.reused })
  }
  try {
    const { answer, final } = await work(fingerprint, claim?.firstAt)
    if (final === true) await store.complete([{ key, fingerprint, response: JSON.stringify(answer) }])
    else if (final === 'nothingDone') await store.abandon(key, fingerprint)
    else await store.releaseLease(key, fingerprint)
    return accepted(answer)
  } catch (error) {
    // If the store is down too, the lease ends the claim.
    await store.releaseLease(key, fingerprint).catch(() => undefined)
    throw error
  }
}
