import { IndexIncompleteError, idempotencyRetentionMs, StoreUnavailableError } from '@holdfast/stores'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Call, createMemoryStores, type MemoryStores, type Perform } from '../memory-stores.ts'
import { describeClaimsContract, describeIdempotencyContract, describeSnapshotContract } from '../stores-contract.ts'

const startMs = Date.parse('2024-07-23T09:00:00Z')
let nowMs = startMs
const open = (): MemoryStores => createMemoryStores({ nowMs: () => nowMs })

describeIdempotencyContract('in memory', {
  open: async () => open().idempotency(),
  pass: ms => {
    nowMs += ms
  },
})
describeSnapshotContract('in memory', {
  open: async () => {
    const stores = open()
    return namespace => stores.snapshots(namespace)
  },
})
describeClaimsContract('in memory', { open: async () => open().claims() })

describe('stores in memory', () => {
  let stores: MemoryStores
  const claim = { key: 'SG:1', fingerprint: 'body' }
  const lease = { leaseMs: 1_000 }
  const join = (requestId: string) => ({ kind: 'join', claimKey: 'uetr:1', requestId, country: 'SG' }) as const

  beforeEach(() => {
    nowMs = startMs
    stores = open()
  })

  /** One answer, one snapshot, one partition of claims that is complete up to a position. */
  async function fill(position: number) {
    await stores.idempotency().complete([{ ...claim, response: `answer ${position}` }])
    const snapshots = stores.snapshots('ledger')
    await snapshots.save(0, (await snapshots.load(0, [])).snapshotOffset, position, [
      { id: 'a', snapshot: `state ${position}`, dueAtMs: 5 },
    ])
    const owned = await stores.claims().own(0, 1)
    await owned.restore({ from: undefined, to: position, changes: [join(`request ${position}`)], isLast: true })
    return owned
  }

  it('are shared by their clients, each of which is a process', async () => {
    expect(await stores.idempotency().claim([claim], lease)).toEqual([{ outcome: 'acquired' }])
    expect(await stores.idempotency().claim([claim], lease)).toEqual([{ outcome: 'inFlight', retryAfterMs: 1_000 }])
  })

  it('forget a claim and an answer after 30 days', async () => {
    const store = stores.idempotency()
    await store.complete([{ ...claim, response: 'accepted' }])
    nowMs += idempotencyRetentionMs - 1
    expect(await store.claim([claim], lease)).toEqual([{ outcome: 'replay', response: 'accepted' }])
    nowMs += 1
    expect(await store.claim([{ ...claim, fingerprint: 'other body' }], lease)).toEqual([{ outcome: 'acquired' }])
  })

  it('forget everything when they are flushed, and say so to who was there', async () => {
    const owned = await fill(3)
    stores.flush()
    expect(await stores.idempotency().claim([claim], lease)).toEqual([{ outcome: 'acquired' }])
    expect(await stores.snapshots('ledger').load(0, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
    expect(await stores.snapshots('ledger').save(0, 3, 4, [])).toBe('lost')
    expect(await owned.isComplete(3)).toBe(false)
    await expect(owned.claim({ from: 3, to: 4, changes: [] })).rejects.toThrow(IndexIncompleteError)
    expect((await stores.claims().own(0, 1)).found).toEqual({ state: 'unknown' })
  })

  it('are as they were when they are restored, and a copy is not changed by what comes after it', async () => {
    await fill(3)
    const copy = stores.copy()
    const then = structuredClone(copy)
    await fill(7)
    await stores.idempotency().claim([{ ...claim, key: 'SG:2' }], lease)
    await stores.snapshots('ledger').save(0, 7, 8, [{ id: 'b', snapshot: 'later' }])
    for (const _ of ['once', 'and again, after more was written on it']) {
      stores.restore(copy)
      expect(stores.copy()).toEqual(then)
      expect(await stores.idempotency().claim([claim], lease)).toEqual([{ outcome: 'replay', response: 'answer 3' }])
      const loaded = await stores.snapshots('ledger').load(0, ['a', 'b'])
      expect(loaded).toEqual({ snapshotOffset: 3, snapshots: new Map([['a', 'state 3']]) })
      await stores.snapshots('ledger').save(0, 3, 4, [{ id: 'a', snapshot: 'state 4' }])
    }
  })

  it('find claims restarted after they were restored, and no owner claims one until each partition is complete again', async () => {
    const before = await fill(3)
    const unfinished = await stores.claims().own(1, 2)
    await unfinished.restore({ from: undefined, to: 2, changes: [], isLast: false })
    const copy = stores.copy()
    await before.claim({ from: 3, to: 9, changes: [{ ...join('request 3'), kind: 'leave' }, join('later')] })
    stores.restore(copy)
    expect(await before.isComplete(3)).toBe(false)
    await expect(before.claim({ from: 9, to: 10, changes: [] })).rejects.toThrow('those of partition 0 are incomplete')
    const [first, second] = [await stores.claims().own(0, 2), await stores.claims().own(1, 2)]
    expect([first.found, second.found]).toEqual([{ state: 'restarted', position: 3 }, { state: 'unknown' }])
    await second.restore({ from: undefined, to: 5, changes: [], isLast: true })
    await expect(second.claim({ from: 5, to: 6, changes: [join('of another partition')] })).rejects.toThrow('those of partition 0')
    // The changes after the copy are restored again.
    await first.restore({ from: 3, to: 9, changes: [{ ...join('request 3'), kind: 'leave' }, join('later')], isLast: true })
    expect(await second.claim({ from: 5, to: 6, changes: [join('of another partition')] })).toEqual([{ representative: 'later' }])
    expect((await stores.claims().own(0, 2)).found).toEqual({ state: 'complete', position: 9 })
  })

  it('distinguish the owner of a partition before they were restored from its owner since', async () => {
    const copy = stores.copy()
    const late = await stores.claims().own(0, 1)
    stores.restore(copy)
    const owner = await stores.claims().own(0, 1)
    await owner.restore({ from: undefined, to: 0, changes: [], isLast: true })
    expect([await late.isComplete(0), await owner.isComplete(0)]).toEqual([false, true])
  })

  describe('whose calls go wrong', () => {
    const failsAfter: Perform = async (_call, work) => {
      work()
      throw new StoreUnavailableError('away')
    }

    it('have done what they say they could not, where that was done before it failed', async () => {
      await expect(stores.idempotency(failsAfter).claim([claim], lease)).rejects.toBeInstanceOf(StoreUnavailableError)
      expect(await stores.idempotency().claim([claim], lease)).toMatchObject([{ outcome: 'inFlight' }])
      await expect(stores.snapshots('ledger', failsAfter).save(0, undefined, 3, [])).rejects.toBeInstanceOf(StoreUnavailableError)
      expect(await stores.snapshots('ledger').save(0, undefined, 4, [])).toBe('ahead')
      const owned = await fill(4)
      await expect(stores.claims(failsAfter).own(0, 1)).rejects.toBeInstanceOf(StoreUnavailableError)
      await expect(owned.claim({ from: 3, to: 4, changes: [] })).rejects.toThrow('another owner')
    })

    it('are asked one by one, in one call each, and not for nothing', async () => {
      const calls: Call[] = []
      const perform: Perform = async (call, work) => {
        calls.push(call)
        return work()
      }
      const [idempotency, snapshots] = [stores.idempotency(perform), stores.snapshots('ledger', perform)]
      await idempotency.claim([claim, { ...claim, key: 'SG:2' }], lease)
      await idempotency.claim([], lease)
      await idempotency.complete([])
      await idempotency.releaseLease('SG:1', 'body')
      await snapshots.save(4, undefined, 1, [])
      await snapshots.due(4, 0, 1)
      const owned = await stores.claims(perform).own(2, 3)
      await owned.restore({ from: undefined, to: 0, changes: [], isLast: true })
      await owned.isComplete(0)
      expect(calls.map(({ port, operation, partition, writes }) => [port, operation, partition, writes])).toEqual([
        ['idempotency', 'claim', undefined, true],
        ['idempotency', 'releaseLease', undefined, true],
        ['snapshots', 'save', 4, true],
        ['snapshots', 'due', 4, false],
        ['claims', 'own', 2, true],
        ['claims', 'restore', 2, true],
        ['claims', 'isComplete', 2, false],
      ])
    })
  })

  it('hold the same after the same calls', async () => {
    await fill(3)
    await fill(7)
    const first = stores.copy()
    stores = open()
    await fill(3)
    await fill(7)
    expect(stores.copy()).toEqual(first)
  })
})
