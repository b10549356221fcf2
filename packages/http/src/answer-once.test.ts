import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedIdempotency, type IdempotencyStore, StoreUnavailableError } from '@holdfast/stores'
import { fingerprintOf } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnswerOutcome, answerOnce, leaseMs, readIdempotencyKey } from './answer-once.ts'

let folder: string
let file: SqliteFile
let store: IdempotencyStore
let nowMs = 0
let works = 0

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-answers-'))
  file = openSqlite(join(folder, 'store.sqlite'), { durable: false })
  nowMs = Date.parse('2024-07-23T02:25:00Z')
  store = createEmbeddedIdempotency(file, () => nowMs)
  works = 0
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

const use = {
  scope: 'SG',
  reused: 'take another key',
  leaseMs: leaseMs.publish,
  key: 'k-1',
  route: 'POST /v1/requests',
  body: { amount: '1.00', currency: 'USD' },
}
/** Each run of the work answers differently, so a second run would show. */
const work = async (): Promise<AnswerOutcome> => {
  works += 1
  return { answer: { status: 202, body: `{"run":${works},  "spaced": "yes"}`, location: `/v1/requests/${works}` }, final: true }
}
const failing = async (): Promise<AnswerOutcome> => {
  works += 1
  throw new Error('the stream is away')
}

describe('a request under an idempotency key (V27)', () => {
  test('gets its first answer again, byte for byte, and the work is done once', async () => {
    const first = await answerOnce(store, use, work)
    expect(first).toEqual({ ok: true, value: { status: 202, body: '{"run":1,  "spaced": "yes"}', location: '/v1/requests/1' } })
    for (let i = 0; i < 3; i++) expect(await answerOnce(store, use, work)).toEqual(first)
    expect(works).toBe(1)
  })

  test('can be repeated with the same token, and any other request with that token is refused with its own message', async () => {
    const byToken = { ...use, tokenId: 'a token' }
    const first = await answerOnce(store, byToken, work)
    expect(await answerOnce(store, byToken, work)).toEqual(first)
    expect(await answerOnce(store, { ...byToken, tokenId: 'a newer one' }, work)).toEqual(first)
    const others = [
      { key: 'k-2' },
      { body: { amount: '2.00', currency: 'USD' } },
      { key: 'k-2', route: 'POST /v1/answers' },
      { scope: 'TL' },
    ]
    for (const other of others)
      expect(await answerOnce(store, { ...byToken, ...other }, work)).toMatchObject({ ok: false, error: { code: 'TOKEN_REUSED' } })
    expect(works).toBe(1)
    // The longest validity of such a token: made a minute ahead, for ten, and a minute of tolerance.
    nowMs += 12 * 60_000
    expect(await answerOnce(store, { ...byToken, key: 'k-2' }, work)).toMatchObject({ ok: false, error: { code: 'TOKEN_REUSED' } })
  })

  test('with a session uses up no token', async () => {
    for (const key of ['k-1', 'k-2', 'k-3']) expect(await answerOnce(store, { ...use, key }, work)).toMatchObject({ ok: true })
    expect(works).toBe(3)
  })

  test('that the store forgot, and whose key was used for another body since, still gets its own answer if it is known', async () => {
    const first = await answerOnce(store, use, work)
    nowMs += 31 * 24 * 3_600_000
    await answerOnce(store, { ...use, body: { amount: '2.00', currency: 'USD' } }, work)
    const known = async (fingerprint: string) =>
      fingerprint === fingerprintOf(use.scope, use.route, use.body) && first.ok ? first.value : undefined
    expect(await answerOnce(store, { ...use, known }, work)).toEqual(first)
    expect(await answerOnce(store, { ...use, known, body: {} }, work)).toMatchObject({ ok: false, error: { code: 'KEY_REUSED' } })
    expect(works).toBe(2)
  })

  test('is the same whatever the order of its properties', async () => {
    const first = await answerOnce(store, use, work)
    expect(await answerOnce(store, { ...use, body: { currency: 'USD', amount: '1.00' } }, work)).toEqual(first)
  })

  test.each([
    ['another body', { body: { amount: '2.00', currency: 'USD' } }],
    ['another route', { route: 'POST /v1/requests/1/commands' }],
  ])('is refused with %s, and the first answer stays', async (_what, other) => {
    const first = await answerOnce(store, use, work)
    expect(await answerOnce(store, { ...use, ...other }, work)).toMatchObject({ ok: false, error: { code: 'KEY_REUSED' } })
    expect(await answerOnce(store, use, work)).toEqual(first)
    expect(works).toBe(1)
  })

  test('is distinct from one of another country with the same key', async () => {
    await answerOnce(store, use, work)
    expect(await answerOnce(store, { ...use, scope: 'MY' }, work)).toMatchObject({ ok: true, value: { location: '/v1/requests/2' } })
  })

  test('waits while the first is in progress, and does not run in parallel', async () => {
    const gate = Promise.withResolvers<AnswerOutcome>()
    const started = Promise.withResolvers<void>()
    const first = answerOnce(store, use, () => {
      started.resolve()
      return gate.promise
    })
    await started.promise
    expect(await answerOnce(store, use, work)).toMatchObject({ ok: false, error: { code: 'KEY_IN_FLIGHT' } })
    expect(works).toBe(0)
    gate.resolve(await work())
    const answer = await first
    expect(await answerOnce(store, use, work)).toEqual(answer)
    expect(works).toBe(1)
  })

  test('that is sent a hundred times at once is processed once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => answerOnce(store, use, work)))
    expect(works).toBe(1)
    expect(answers.filter(answer => answer.ok)).toHaveLength(1)
    for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('KEY_IN_FLIGHT')
  })

  test('whose work fails can be repeated at once, and another body with its key is refused, because the first may have taken effect', async () => {
    await expect(answerOnce(store, use, failing)).rejects.toThrow('the stream is away')
    const other = { ...use, body: { amount: '2.00', currency: 'USD' } }
    expect(await answerOnce(store, other, work)).toMatchObject({ ok: false, error: { code: 'KEY_REUSED' } })
    expect(await answerOnce(store, use, work)).toMatchObject({ ok: true, value: { location: '/v1/requests/2' } })
  })

  test('that had no effect leaves its key free for another body', async () => {
    await answerOnce(store, use, async () => ({ ...(await work()), final: 'nothingDone' }))
    expect((await answerOnce(store, { ...use, body: {} }, work)).ok).toBe(true)
  })

  test('whose answer is not final is processed again', async () => {
    const pending = async (): Promise<AnswerOutcome> => ({ ...(await work()), final: false })
    await answerOnce(store, use, pending)
    await answerOnce(store, use, pending)
    expect(works).toBe(2)
  })

  test('gets a short Retry-After while it is new, and then as long as it has been in progress, up to its lease', async () => {
    void answerOnce(store, use, () => new Promise(() => undefined))
    await new Promise(resolve => setImmediate(resolve))
    const asked: number[] = []
    for (let elapsedMs = 20; elapsedMs < leaseMs.publish; ) {
      nowMs += elapsedMs - (asked.at(-1) ?? 0)
      asked.push(elapsedMs)
      const answer = await answerOnce(store, use, work)
      elapsedMs += answer.ok ? 0 : (answer.error.retryAfterMs ?? 0)
    }
    expect(asked).toEqual([20, 1_020, 2_040, 4_080])
    nowMs += leaseMs.publish - 4_080
    expect((await answerOnce(store, use, work)).ok).toBe(true)
  })

  test('of a process that died can be repeated after its lease, and not before, as the refusal says', async () => {
    await new Promise<void>(resolve => {
      answerOnce(store, use, () => {
        resolve()
        return new Promise(() => undefined)
      })
    })
    nowMs += leaseMs.publish - 1
    expect(await answerOnce(store, use, work)).toMatchObject({ ok: false, error: { code: 'KEY_IN_FLIGHT', retryAfterMs: 1 } })
    nowMs += 1
    expect((await answerOnce(store, use, work)).ok).toBe(true)
  })
})

describe('while the store is unreachable', () => {
  test('no work is done', async () => {
    await file.close()
    await expect(answerOnce(store, use, work)).rejects.toThrow(StoreUnavailableError)
    expect(works).toBe(0)
  })

  test('failed work reports its own reason, not that of the store', async () => {
    const closing = async () => {
      await file.close()
      return failing()
    }
    await expect(answerOnce(store, use, closing)).rejects.toThrow('the stream is away')
  })
})

describe('an idempotency key', () => {
  test.each(['a', '/'.repeat(64), 'req-2024/07;x=1'])('may be %s', key => {
    expect(readIdempotencyKey(key)).toEqual({ ok: true, value: key })
  })

  test.each([undefined, '', 'a b', 'k'.repeat(65), 'é', 'a\n', ['a', 'b']])('may not be %j', key => {
    expect(readIdempotencyKey(key)).toMatchObject({ ok: false, error: { code: 'KEY_MISSING' } })
  })
})

test('a key of a country that looks like a key of its officer does not collide with it', async () => {
  await answerOnce(store, { ...use, scope: 'SG', key: 'officer/o1/withdraw-1' }, work)
  const ofOfficer = await answerOnce(store, { ...use, scope: 'SG/officer/o1', key: 'withdraw-1', body: { reason: 'A slip' } }, work)
  expect([ofOfficer.ok, works]).toEqual([true, 2])
})
