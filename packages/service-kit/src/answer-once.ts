import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { IdempotencyStore } from '@holdfast/stores'
import { fingerprintOf } from '@holdfast/trust'
import { z } from 'zod'

/** What a caller gets, and gets again byte for byte for every repeat. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly location?: string
}

/** `final: false` is not kept: a repeat is worked on again, which doubles nothing because ids are deterministic. */
export type Outcome = { readonly answer: Answer; readonly final: boolean }

const keySchema = z.string().regex(/^[\x21-\x7e]{1,64}$/)

/** Printable ASCII without spaces, 1 to 64 characters; unique per country. */
export function readIdempotencyKey(header: string | string[] | undefined): Result<string, Refusal> {
  const parsed = keySchema.safeParse(header)
  return parsed.success
    ? accepted(parsed.data)
    : refused({
        code: 'KEY_MISSING',
        message: 'send an Idempotency-Key of 1 to 64 printable characters, the same one when you repeat this request',
      })
}

/** Longer than any request takes (a publish gives up after 5 s, a command is waited for 10 s); after this a claim left by a killed process is free again. */
export const leaseMs = 20_000

/**
 * Runs the work for the first caller of a key and gives its answer to everyone who repeats the same thing.
 * Throws StoreUnavailableError when the store is down: nothing is done then. When the work throws, the claim is let go so that a repeat can try at once.
 */
export async function answerOnce(
  store: IdempotencyStore,
  use: { readonly country: string; readonly key: string; readonly route: string; readonly body: unknown },
  work: () => Promise<Outcome>,
): Promise<Result<Answer, Refusal>> {
  const key = `${use.country}/${use.key}`
  const fingerprint = fingerprintOf(use.country, use.route, use.body)
  const [claim] = await store.claim([{ key, fingerprint }], { leaseMs })
  if (claim?.outcome === 'replay') return accepted(JSON.parse(claim.response) as Answer)
  if (claim?.outcome === 'inFlight') return refused({ code: 'KEY_IN_FLIGHT', message: 'repeat this in a moment with the same key' })
  if (claim?.outcome === 'mismatch') return refused({ code: 'KEY_REUSED', message: 'use a new key for a new request' })
  try {
    const { answer, final } = await work()
    if (final) await store.complete([{ key, fingerprint, response: JSON.stringify(answer) }])
    else await store.abandon(key, fingerprint)
    return accepted(answer)
  } catch (error) {
    // If the store is down too, the lease lets go of the claim.
    await store.abandon(key, fingerprint).catch(() => undefined)
    throw error
  }
}
