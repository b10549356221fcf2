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

/**
 * `final: true` is kept and given to every repeat. `false` is not: a repeat is worked on again, which doubles nothing because ids are deterministic, and another body under
 * the key is refused all the same. `nothingDone` leaves the key as if it had never been used.
 */
export type AnswerOutcome = { readonly answer: Answer; readonly final: boolean | 'nothingDone' }

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

/**
 * How long a claim keeps others from the same work. Longer than the work takes (a publish gives up after 5 s, before a request is published its first receipt is looked for for 2 s, a
 * command is waited for 10 s), and no longer: the door may have been killed, and its caller waits for this.
 */
export const leaseMs = { publish: 7_000, request: 9_000, command: 12_000 } as const

/** No key of a caller has a space, so that no key in one scope is the same text as another key in another scope. */
export const storedKeyOf = (scope: string, key: string): string => `${scope} ${key}`

export interface Use {
  /** Who can use up a key: a country whose systems repeat for each other, or one actor. */
  readonly scope: string
  readonly key: string
  readonly route: string
  readonly body: unknown
  readonly leaseMs: number
  /** When it came, as an ISO instant, where the work has to say the same instant each time that it is done. */
  readonly at?: string | undefined
  /** Of the token by which the caller speaks, which it uses for this alone; undefined of a session, which is used again and again. */
  readonly tokenId?: string | undefined
  /** What whoever uses the key for something else is told. */
  readonly reused: string
  /**
   * Gives the answer to what was worked on before the store forgot it, where the key was used for something else meanwhile: its repeat is no misuse. Undefined where nothing is
   * known of it.
   */
  readonly known?: (fingerprint: string) => Promise<Answer | undefined>
}

/** A token that acts is made up to a minute in the future of our clock, lives for ten minutes and is taken for another one: what is remembered for longer than that can't be used again. */
const tokenKeptMs = 15 * 60_000

const tokenReused: Refusal = {
  code: 'TOKEN_REUSED',
  message:
    'this token (its jti) was used for something else: make a new one for each act; the same once more, under its own key, may be sent with the same token',
}

/** Nearly always the same is done within milliseconds: as long again as it has been worked on, a second at least, and no longer than whoever died with it holds the key. */
const waitForTwinMs = (leaseMs: number, leftMs: number): number => Math.min(leftMs, Math.max(1_000, leaseMs - leftMs))

/**
 * Runs the work for the first caller of a key and gives its answer to everyone who repeats the same thing.
 * The work names what it makes by the fingerprint as well as by the key: a store forgets, and other words under an old key must not be taken for what was made of the first.
 * Where the work is done again, as what became of it was not known, it is given the instant that came with its first claim.
 * Throws StoreUnavailableError when the store is down: nothing is done then. When the work throws, what became of it is not known: the same can be sent again at once, and
 * nothing else under its key.
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
    return refused({ code: 'KEY_IN_FLIGHT', message: 'repeat this in a moment with the same key', retryAfterMs })
  }
  if (claim?.outcome === 'mismatch') {
    const before = await use.known?.(fingerprint)
    return before ? accepted(before) : refused({ code: 'KEY_REUSED', message: use.reused })
  }
  try {
    const { answer, final } = await work(fingerprint, claim?.firstAt)
    if (final === true) await store.complete([{ key, fingerprint, response: JSON.stringify(answer) }])
    else if (final === 'nothingDone') await store.abandon(key, fingerprint)
    else await store.letGo(key, fingerprint)
    return accepted(answer)
  } catch (error) {
    // If the store is down too, the lease lets go of the claim.
    await store.letGo(key, fingerprint).catch(() => undefined)
    throw error
  }
}
