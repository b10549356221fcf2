import { type Claim, entriesMax, type IdempotencyStore } from '@holdfast/stores'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { awkward } from './awkward.ts'
import { anyCall, createModel, makeCall } from './idempotency-model.ts'

export interface IdempotencyHarness {
  /** An unused store. */
  open(): Promise<IdempotencyStore>
  /** Lets this much time pass where the test owns the clock; does nothing where time is real. */
  pass(ms: number): void
}

const longLease = { leaseMs: 60_000 }
/** Short enough to be waited for; nothing is asked that hangs on its not being over. */
const shortLease = { leaseMs: 300 }
/** Long enough that a call before its end is made in time. */
const someLease = { leaseMs: 2_000 }
const endsWithin = { timeout: 10_000, interval: 20 }
const acquired: Claim = { outcome: 'acquired' }
const mismatch: Claim = { outcome: 'mismatch' }

/** What each promise of the idempotency port means. */
export function describeIdempotencyContract(name: string, harness: IdempotencyHarness): void {
  describe(`${name}: idempotency (V27)`, () => {
    let store: IdempotencyStore
    const claim = async (key: string, fingerprint: string, options = longLease): Promise<Claim | undefined> =>
      (await store.claim([{ key, fingerprint }], options))[0]

    beforeEach(async () => {
      store = await harness.open()
    })

    it('lets the first caller work and tells the second that it is under way', async () => {
      expect(await claim('SG:1', 'body')).toEqual(acquired)
      const second = await claim('SG:1', 'body')
      expect(second?.outcome).toBe('inFlight')
      const retryAfterMs = second?.outcome === 'inFlight' ? second.retryAfterMs : 0
      expect(retryAfterMs).toBeGreaterThan(0)
      expect(retryAfterMs).toBeLessThanOrEqual(longLease.leaseMs)
    })

    it('gives the first answer again, byte for byte', async () => {
      await claim('SG:1', 'body')
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: awkward }])
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: awkward })
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: awkward })
    })

    it('keeps an empty answer and a large one', async () => {
      const large = awkward.repeat(5_000)
      await store.complete([
        { key: 'empty', fingerprint: 'body', response: '' },
        { key: 'large', fingerprint: 'body', response: large },
      ])
      expect(await claim('empty', 'body')).toEqual({ outcome: 'replay', response: '' })
      expect(await claim('large', 'body')).toEqual({ outcome: 'replay', response: large })
    })

    it('refuses another fingerprint, under way or completed', async () => {
      await claim('SG:1', 'body')
      expect(await claim('SG:1', 'other body')).toEqual(mismatch)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
      expect(await claim('SG:1', 'other body')).toEqual(mismatch)
    })

    it('answers many claims of one call in their order, each by itself', async () => {
      await store.complete([{ key: 'done', fingerprint: 'body', response: 'accepted' }])
      await claim('running', 'body')
      const outcomes = await store.claim(
        ['new', 'done', 'running', 'new', 'other'].map(key => ({ key, fingerprint: 'body' })),
        longLease,
      )
      expect(outcomes.map(each => each.outcome)).toEqual(['acquired', 'replay', 'inFlight', 'inFlight', 'acquired'])
    })

    it('has nothing to say to an empty call', async () => {
      expect(await store.claim([], longLease)).toEqual([])
      await store.complete([])
    })

    it('tells keys apart whatever is in them', async () => {
      const keys = [awkward, `${awkward} `, 'SG:{1}', 'SG:{2}', 'SG:', 'sg:', '*', '', 'é', 'e\u0301', 'k'.repeat(299), 'k'.repeat(300)]
      const outcomes = await store.claim(
        keys.map(key => ({ key, fingerprint: key })),
        longLease,
      )
      expect(outcomes).toEqual(keys.map(() => acquired))
      for (const key of keys) expect((await claim(key, key))?.outcome).toBe('inFlight')
    })

    it('lets the next caller work when a lease has ended', async () => {
      await claim('SG:1', 'body', someLease)
      expect((await claim('SG:1', 'body', someLease))?.outcome).toBe('inFlight')
      harness.pass(someLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'body'), endsWithin).toEqual(acquired)
      expect((await claim('SG:1', 'body'))?.outcome).toBe('inFlight')
    })

    it('takes a lease for over that would last longer than one that begins now: the clock was put back', async () => {
      await claim('SG:1', 'body', longLease)
      expect(await claim('SG:1', 'body', shortLease)).toEqual(acquired)
      expect((await claim('SG:1', 'body', longLease))?.outcome).toBe('inFlight')
      await claim('SG:2', 'body', longLease)
      expect(await claim('SG:2', 'other body', shortLease)).toEqual(mismatch)
    })

    it('keeps a completed answer beyond the lease of its claim', async () => {
      await claim('SG:1', 'body', shortLease)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
      await claim('SG:2', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:2', 'body'), endsWithin).toEqual(acquired)
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
    })

    it('keeps the answer of a caller who finished after its lease had ended', async () => {
      await claim('SG:1', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'body'), endsWithin).toEqual(acquired)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'first' }])
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'second' }])
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: 'first' })
    })

    it('refuses another fingerprint also when the lease has ended: whether the first was done is not known', async () => {
      await claim('SG:1', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'body', shortLease), endsWithin).toEqual(acquired)
      harness.pass(shortLease.leaseMs)
      expect(await claim('SG:1', 'other body')).toEqual(mismatch)
      await store.complete([{ key: 'SG:1', fingerprint: 'other body', response: 'late' }])
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'theirs' }])
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: 'theirs' })
    })

    it('lets the same be worked on again at once where the outcome is not known, and nothing else', async () => {
      await claim('SG:1', 'body')
      await store.releaseLease('SG:1', 'other body')
      expect((await claim('SG:1', 'body'))?.outcome).toBe('inFlight')
      await store.releaseLease('SG:1', 'body')
      expect(await claim('SG:1', 'other body')).toEqual(mismatch)
      expect(await claim('SG:1', 'body')).toEqual(acquired)

      await store.complete([{ key: 'SG:2', fingerprint: 'body', response: 'accepted' }])
      await store.releaseLease('SG:2', 'body')
      await store.releaseLease('SG:3', 'body')
      expect(await claim('SG:2', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
      expect(await claim('SG:3', 'other body')).toEqual(acquired)
    })

    it('keeps the instant of the first claim for all who work on the same again, until nothing is known of it', async () => {
      const claimAt = async (key: string, at: string, fingerprint = 'body') =>
        (await store.claim([{ key, fingerprint, at, token: { id: `of ${key}`, keptMs: 60_000 } }], longLease))[0]
      const [first, later] = ['2024-07-23T02:25:00.000Z', '2024-07-23T02:26:00.000Z']
      expect(await claimAt('SG:1', first)).toEqual({ outcome: 'acquired', firstAt: first })
      expect(await claimAt('SG:1', later)).toMatchObject({ outcome: 'inFlight', firstAt: first })
      await store.releaseLease('SG:1', 'body')
      expect(await claimAt('SG:1', later)).toEqual({ outcome: 'acquired', firstAt: first })
      await store.abandon('SG:1', 'body')
      expect(await claimAt('SG:1', later)).toEqual({ outcome: 'acquired', firstAt: later })
      await claim('SG:2', 'body')
      await store.releaseLease('SG:2', 'body')
      expect(await claimAt('SG:2', first)).toEqual({ outcome: 'acquired', firstAt: first })
    })

    it('forgets a claim of which nothing was done, and nothing else', async () => {
      await claim('SG:1', 'body')
      await store.abandon('SG:1', 'other body')
      expect((await claim('SG:1', 'body'))?.outcome).toBe('inFlight')
      await store.abandon('SG:1', 'body')
      expect(await claim('SG:1', 'other body')).toEqual(acquired)

      await store.complete([{ key: 'SG:2', fingerprint: 'body', response: 'accepted' }])
      await store.abandon('SG:2', 'body')
      await store.abandon('SG:3', 'body')
      expect(await claim('SG:2', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
    })

    const claimBy = async (id: string, key: string, fingerprint: string, keptMs = 60_000): Promise<Claim | undefined> =>
      (await store.claim([{ key, fingerprint, token: { id, keptMs } }], longLease))[0]

    it('lets a token be used for one key and fingerprint, and for them again and again', async () => {
      expect(await claimBy('jti', 'SG:1', 'body')).toEqual(acquired)
      expect((await claimBy('jti', 'SG:1', 'body'))?.outcome).toBe('inFlight')
      for (const [key, fingerprint] of [
        ['SG:2', 'body'],
        ['SG:1', 'other body'],
        ['SG:2', 'other body'],
      ] as const)
        expect(await claimBy('jti', key, fingerprint)).toEqual({ outcome: 'tokenReused' })
      // What was refused has claimed nothing.
      expect(await claim('SG:2', 'body')).toEqual(acquired)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
      expect(await claimBy('jti', 'SG:1', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
      expect(await claimBy('another', 'SG:1', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
      expect(await claimBy('another', 'SG:3', 'body')).toEqual({ outcome: 'tokenReused' })
    })

    it('keeps a token that came with a mismatch, or with what was forgotten, for what it may be used for', async () => {
      await claim('SG:1', 'body')
      expect(await claimBy('jti', 'SG:1', 'other body')).toEqual(mismatch)
      expect(await claimBy('jti', 'SG:2', 'body')).toEqual(acquired)
      await store.abandon('SG:2', 'body')
      expect(await claimBy('jti', 'SG:3', 'body')).toEqual({ outcome: 'tokenReused' })
      expect(await claimBy('jti', 'SG:2', 'body')).toEqual(acquired)
    })

    it('lets exactly one of a hundred uses of one token at once be the one', async () => {
      const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => claimBy('jti', `SG:${n}`, 'body')))
      expect(outcomes.filter(each => each?.outcome === 'acquired')).toHaveLength(1)
      expect(outcomes.filter(each => each?.outcome === 'tokenReused')).toHaveLength(99)
    })

    it('forgets a token once it can not be taken any more', async () => {
      expect(await claimBy('jti', 'SG:1', 'body', 2_000)).toEqual(acquired)
      expect(await claimBy('jti', 'SG:2', 'body', 2_000)).toEqual({ outcome: 'tokenReused' })
      harness.pass(2_000)
      await expect.poll(() => claimBy('jti', 'SG:2', 'body'), endsWithin).toEqual(acquired)
    })

    it('lets exactly one of a hundred callers at once work', async () => {
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => claim('SG:1', 'body')))
      expect(outcomes.filter(each => each?.outcome === 'acquired')).toHaveLength(1)
      expect(outcomes.filter(each => each?.outcome === 'inFlight')).toHaveLength(99)
    })

    it('refuses a call with more claims than its limit', async () => {
      const many = Array.from({ length: entriesMax + 1 }, (_, index) => ({ key: `${index}`, fingerprint: 'body', response: '' }))
      await expect(store.claim(many, longLease)).rejects.toThrow(RangeError)
      await expect(store.complete(many)).rejects.toThrow(RangeError)
      expect(await claim('0', 'body')).toEqual(acquired)
    })

    it('does as a plain map would, whatever calls come together', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(anyCall, { maxLength: 6 }), { maxLength: 8 }), async rounds => {
          store = await harness.open()
          const model = createModel()
          // The calls of one round are made at once; a store takes those of one process in the order in which they were made.
          for (const round of rounds) {
            const expected = round.map(step => model(step))
            const seen = await Promise.all(round.map(step => makeCall(store, step, longLease)))
            expect(seen).toEqual(expected)
          }
        }),
        { numRuns: 60, seed: 20_240_715 },
      )
    })
  })
}
