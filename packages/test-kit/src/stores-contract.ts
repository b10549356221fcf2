import type { Claim, IdempotencyStore, OpenPayments, SnapshotEntry, SnapshotStore } from '@holdfast/stores'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'

// What each promise of the ports of packages/stores means. Every driver runs all three suites.

export interface IdempotencyHarness {
  /** A store that nobody has used yet. */
  open(): Promise<IdempotencyStore>
  /** Lets this much time pass where the test owns the clock; does nothing where time is real. */
  pass(ms: number): void
}

export interface SnapshotHarness {
  /** A world that nobody has used yet: gives the store of each namespace in it. */
  open(): Promise<(namespace: string) => SnapshotStore>
}

export interface OpenPaymentsHarness {
  open(): Promise<OpenPayments>
}

const longLease = { leaseMs: 60_000 }
/** Long enough that the calls before its end are made in time, short enough to be waited for. */
const shortLease = { leaseMs: 300 }
const acquired: Claim = { outcome: 'acquired' }
const mismatch: Claim = { outcome: 'mismatch' }

/** What a driver might spoil: line ends, characters beyond the basic plane, what JSON or Lua would escape, a null character, blanks at the ends. */
const awkward = ' {"holder":"Zoë 李 🏦","note":"a\\r\\n\r\n\tb\u0000c\u2028d%s"}\n '

export function describeIdempotencyContract(name: string, harness: IdempotencyHarness): void {
  describe(`${name}: idempotency`, () => {
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
      await claim('SG:1', 'body', shortLease)
      expect((await claim('SG:1', 'body', shortLease))?.outcome).toBe('inFlight')
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'body'), { timeout: 3_000, interval: 20 }).toEqual(acquired)
      expect((await claim('SG:1', 'body'))?.outcome).toBe('inFlight')
    })

    it('keeps a completed answer beyond the lease of its claim', async () => {
      await claim('SG:1', 'body', shortLease)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
      await claim('SG:2', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:2', 'body'), { timeout: 3_000, interval: 20 }).toEqual(acquired)
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: 'accepted' })
    })

    it('keeps the answer of a caller who finished after its lease had ended', async () => {
      await claim('SG:1', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'body'), { timeout: 3_000, interval: 20 }).toEqual(acquired)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'first' }])
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'second' }])
      expect(await claim('SG:1', 'body')).toEqual({ outcome: 'replay', response: 'first' })
    })

    it('does not let a late caller overwrite what another fingerprint has claimed meanwhile', async () => {
      await claim('SG:1', 'body', shortLease)
      harness.pass(shortLease.leaseMs)
      await expect.poll(() => claim('SG:1', 'other body'), { timeout: 3_000, interval: 20 }).toEqual(acquired)
      await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'late' }])
      expect((await claim('SG:1', 'other body'))?.outcome).toBe('inFlight')
      await store.complete([{ key: 'SG:1', fingerprint: 'other body', response: 'theirs' }])
      expect(await claim('SG:1', 'other body')).toEqual({ outcome: 'replay', response: 'theirs' })
    })

    it('lets a claim go that could not be worked on, and nothing else', async () => {
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

    it('lets exactly one of a hundred callers at once work', async () => {
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => claim('SG:1', 'body')))
      expect(outcomes.filter(each => each?.outcome === 'acquired')).toHaveLength(1)
      expect(outcomes.filter(each => each?.outcome === 'inFlight')).toHaveLength(99)
    })

    it('refuses a call with more claims than its limit', async () => {
      const many = Array.from({ length: 2_001 }, (_, index) => ({ key: `${index}`, fingerprint: 'body', response: '' }))
      await expect(store.claim(many, longLease)).rejects.toThrow(RangeError)
      await expect(store.complete(many)).rejects.toThrow(RangeError)
      expect(await claim('0', 'body')).toEqual(acquired)
    })

    it('does as a plain map would, whatever calls come together', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(anyStep, { maxLength: 6 }), { maxLength: 8 }), async rounds => {
          store = await harness.open()
          const model = createModel()
          // The calls of one round are made at once; a store takes those of one process in the order in which they were made.
          for (const round of rounds) {
            const expected = round.map(step => model(step))
            const seen = await Promise.all(round.map(step => take(store, step)))
            expect(seen).toEqual(expected)
          }
        }),
        { numRuns: 60, seed: 20_240_715 },
      )
    })
  })
}

type Step = {
  readonly does: 'claim' | 'complete' | 'abandon'
  readonly key: string
  readonly fingerprint: string
  readonly response: string
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('claim', 'claim', 'complete', 'abandon'),
  key: fc.constantFrom('SG:1', 'SG:2', 'TL:1'),
  fingerprint: fc.constantFrom('body', 'other body'),
  response: fc.string({ unit: 'grapheme', maxLength: 12 }),
})

async function take(store: IdempotencyStore, { does, key, fingerprint, response }: Step): Promise<Partial<Claim> | undefined> {
  if (does === 'complete') return void (await store.complete([{ key, fingerprint, response }]))
  if (does === 'abandon') return void (await store.abandon(key, fingerprint))
  const [claim] = await store.claim([{ key, fingerprint }], longLease)
  return claim?.outcome === 'inFlight' ? { outcome: 'inFlight' } : claim
}

function createModel(): (step: Step) => Partial<Claim> | undefined {
  const held = new Map<string, { fingerprint: string; response?: string }>()
  return ({ does, key, fingerprint, response }) => {
    const at = held.get(key)
    const isMine = at?.fingerprint === fingerprint && at.response === undefined
    if (does === 'complete') {
      if (!at || isMine) held.set(key, { fingerprint, response })
      return undefined
    }
    if (does === 'abandon') {
      if (isMine) held.delete(key)
      return undefined
    }
    if (!at) {
      held.set(key, { fingerprint })
      return acquired
    }
    if (at.fingerprint !== fingerprint) return mismatch
    return at.response === undefined ? { outcome: 'inFlight' } : { outcome: 'replay', response: at.response }
  }
}

export function describeSnapshotContract(name: string, harness: SnapshotHarness): void {
  describe(`${name}: snapshots`, () => {
    let world: (namespace: string) => SnapshotStore
    let store: SnapshotStore
    const entry = (id: string, snapshot: string, dueAtMs?: number): SnapshotEntry =>
      dueAtMs === undefined ? { id, snapshot } : { id, snapshot, dueAtMs }
    const idsDue = async (nowMs: number, limit = 100): Promise<string[]> => (await store.due(0, nowMs, limit)).ids

    beforeEach(async () => {
      world = await harness.open()
      store = world('ledger')
    })

    it('knows nothing of a partition that was never saved', async () => {
      expect(await store.load(0, ['a'])).toEqual({ checkpoint: undefined, snapshots: new Map() })
      expect(await store.load(0, [])).toEqual({ checkpoint: undefined, snapshots: new Map() })
      expect(await store.due(0, Number.MAX_SAFE_INTEGER, 10)).toEqual({ checkpoint: undefined, ids: [] })
    })

    it('gives back what was saved, byte for byte, and leaves out ids it does not know', async () => {
      expect(await store.save(0, undefined, 3, [entry('a', awkward), entry(awkward, 'by an awkward id')])).toBe('saved')
      const loaded = await store.load(0, ['unknown', 'a', awkward, 'a'])
      expect(loaded.checkpoint).toBe(3)
      expect([...loaded.snapshots]).toEqual([
        ['a', awkward],
        [awkward, 'by an awkward id'],
      ])
    })

    it('replaces a snapshot, and keeps the others', async () => {
      await store.save(0, undefined, 1, [entry('a', 'one'), entry('b', 'one')])
      await store.save(0, 1, 2, [entry('a', 'two')])
      const { snapshots } = await store.load(0, ['a', 'b'])
      expect(Object.fromEntries(snapshots)).toEqual({ a: 'two', b: 'one' })
    })

    it('moves the checkpoint where nothing changed but the offset', async () => {
      expect(await store.save(0, undefined, 0, [])).toBe('saved')
      expect(await store.save(0, 0, 0, [])).toBe('saved')
      expect(await store.save(0, 0, 9_007_199_254_740_991, [])).toBe('saved')
      expect((await store.load(0, [])).checkpoint).toBe(9_007_199_254_740_991)
    })

    it('refuses a writer who comes late, and saves nothing of what it brings', async () => {
      await store.save(0, undefined, 5, [entry('a', 'five', 50)])
      expect(await store.save(0, 3, 4, [entry('a', 'stale', 10), entry('b', 'stale')])).toBe('ahead')
      expect(await store.save(0, undefined, 9, [entry('a', 'stale')])).toBe('ahead')
      expect(await store.load(0, ['a', 'b'])).toEqual({ checkpoint: 5, snapshots: new Map([['a', 'five']]) })
      expect(await idsDue(49)).toEqual([])
    })

    it('never goes backwards, not even when asked to', async () => {
      await store.save(0, undefined, 5, [])
      await expect(store.save(0, 5, 4, [])).rejects.toThrow(RangeError)
      await expect(store.save(0, 5, Number.NaN, [])).rejects.toThrow(RangeError)
      expect((await store.load(0, [])).checkpoint).toBe(5)
    })

    it('lets exactly one of many writers that expect the same checkpoint save', async () => {
      await store.save(0, undefined, 1, [])
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => store.save(0, 1, 2 + index, [entry('a', `${index}`)])))
      expect(outcomes.filter(outcome => outcome === 'saved')).toHaveLength(1)
      expect(outcomes.filter(outcome => outcome === 'ahead')).toHaveLength(19)
      const winner = outcomes.indexOf('saved')
      expect(await store.load(0, ['a'])).toEqual({ checkpoint: 2 + winner, snapshots: new Map([['a', `${winner}`]]) })
    })

    it('tells the owner that it forgot, and can be filled again', async () => {
      await store.save(0, undefined, 7, [entry('a', 'seven', 70)])
      await store.clear(0)
      expect(await store.load(0, ['a'])).toEqual({ checkpoint: undefined, snapshots: new Map() })
      expect(await idsDue(1_000)).toEqual([])
      expect(await store.save(0, 7, 8, [entry('a', 'eight')])).toBe('lost')
      expect(await store.load(0, ['a'])).toEqual({ checkpoint: undefined, snapshots: new Map() })
      expect(await store.save(0, undefined, 8, [entry('a', 'folded again')])).toBe('saved')
    })

    it('tells the owner that it holds an older state than the owner left', async () => {
      await store.save(0, undefined, 5, [entry('a', 'five')])
      expect(await store.save(0, 9, 10, [entry('a', 'ten')])).toBe('lost')
      expect(await store.load(0, ['a'])).toEqual({ checkpoint: 5, snapshots: new Map([['a', 'five']]) })
    })

    it('lists what is due, earliest first, at most as many as asked for', async () => {
      await store.save(0, undefined, 4, [
        entry('c', '', 300),
        entry('a', '', 100),
        entry('d', ''),
        entry('b', '', 200),
        entry('aa', '', 100),
      ])
      expect(await store.due(0, 99, 10)).toEqual({ checkpoint: 4, ids: [] })
      expect(await store.due(0, 200, 10)).toEqual({ checkpoint: 4, ids: ['a', 'aa', 'b'] })
      expect(await store.due(0, Number.MAX_SAFE_INTEGER, 2)).toEqual({ checkpoint: 4, ids: ['a', 'aa'] })
      expect(await idsDue(Number.MAX_SAFE_INTEGER, 0)).toEqual([])
      await expect(idsDue(200, -1)).rejects.toThrow(RangeError)
      await expect(idsDue(200, 2_001)).rejects.toThrow(RangeError)
    })

    it('moves a deadline with its snapshot, and drops it where none is armed any more', async () => {
      await store.save(0, undefined, 1, [entry('a', '', 1_790_000_000_000), entry('b', '', 1_790_000_000_000)])
      await store.save(0, 1, 2, [entry('a', '', 1_790_000_000_001), entry('b', '')])
      expect(await idsDue(1_790_000_000_000)).toEqual([])
      expect(await idsDue(1_790_000_000_001)).toEqual(['a'])
    })

    it('takes the last entry where one save names an id twice', async () => {
      await store.save(0, undefined, 1, [entry('a', 'first', 100), entry('a', 'last')])
      expect((await store.load(0, ['a'])).snapshots.get('a')).toBe('last')
      expect(await idsDue(1_000)).toEqual([])
    })

    it('keeps partitions apart', async () => {
      await store.save(1, undefined, 1, [entry('a', 'of 1', 100)])
      await store.save(11, undefined, 11, [entry('a', 'of 11', 100)])
      await store.clear(1)
      expect(await store.load(1, ['a'])).toEqual({ checkpoint: undefined, snapshots: new Map() })
      expect(await store.load(11, ['a'])).toEqual({ checkpoint: 11, snapshots: new Map([['a', 'of 11']]) })
      expect((await store.due(11, 100, 10)).ids).toEqual(['a'])
    })

    it('keeps namespaces apart', async () => {
      const other = world('dispatch')
      await store.save(0, undefined, 1, [entry('a', 'of the ledger', 100)])
      await other.save(0, undefined, 2, [entry('a', 'of dispatch', 200)])
      await store.clear(0)
      expect(await other.load(0, ['a'])).toEqual({ checkpoint: 2, snapshots: new Map([['a', 'of dispatch']]) })
      expect(await other.due(0, 1_000, 10)).toEqual({ checkpoint: 2, ids: ['a'] })
    })

    it('saves and loads as much as a call may name', async () => {
      const many = Array.from({ length: 2_000 }, (_, index) => entry(`request-${index}`, `${index} ${awkward}`, index))
      expect(await store.save(0, undefined, 2_000, many)).toBe('saved')
      const ids = many.map(each => each.id)
      const { snapshots } = await store.load(0, ids)
      expect([...snapshots]).toEqual(many.map(each => [each.id, each.snapshot]))
      expect(await idsDue(2_000, 2_000)).toEqual(ids)
      await expect(store.save(0, 2_000, 2_001, [...many, entry('one more', '')])).rejects.toThrow(RangeError)
      await expect(store.load(0, [...ids, 'one more'])).rejects.toThrow(RangeError)
    })
  })
}

export function describeOpenPaymentsContract(name: string, harness: OpenPaymentsHarness): void {
  describe(`${name}: open payments`, () => {
    let payments: OpenPayments

    beforeEach(async () => {
      payments = await harness.open()
    })

    it('keeps a payment for the first request that claims it', async () => {
      expect(await payments.claim('uetr:1', 'first')).toBe('first')
      expect(await payments.claim('uetr:1', 'second')).toBe('first')
      expect(await payments.claim('uetr:1', 'first')).toBe('first')
      expect(await payments.claim('uetr:2', 'second')).toBe('second')
    })

    it('names the same one to fifty requests that come at once', async () => {
      const standing = await Promise.all(Array.from({ length: 50 }, (_, index) => payments.claim('uetr:1', `request-${index}`)))
      expect(new Set(standing).size).toBe(1)
      const [winner = ''] = standing
      expect(standing.indexOf(winner)).toBe(Number(winner.replace('request-', '')))
    })

    it('lets go only for the request that holds the payment', async () => {
      await payments.claim('uetr:1', 'first')
      await payments.claim('uetr:2', 'first')
      await payments.release([{ paymentKey: 'uetr:1', requestId: 'second' }])
      expect(await payments.claim('uetr:1', 'second')).toBe('first')
      await payments.release([
        { paymentKey: 'uetr:1', requestId: 'first' },
        { paymentKey: 'uetr:unknown', requestId: 'first' },
      ])
      expect(await payments.claim('uetr:1', 'second')).toBe('second')
      expect(await payments.claim('uetr:2', 'second')).toBe('first')
    })

    it('has nothing to release in an empty call, and a limit on a full one', async () => {
      await payments.release([])
      const many = Array.from({ length: 2_001 }, (_, index) => ({ paymentKey: `${index}`, requestId: 'first' }))
      await expect(payments.release(many)).rejects.toThrow(RangeError)
    })

    it('tells payment keys apart whatever is in them', async () => {
      const keys = [awkward, '{1}', '{2}', '', 'é', 'e\u0301', 'k'.repeat(300)]
      for (const key of keys) expect(await payments.claim(key, `request of ${key}`)).toBe(`request of ${key}`)
    })
  })
}
