import { randomBytes, randomUUID } from 'node:crypto'
import type { KeyRecords, KeyStore, WrappedCountryKey, WrappedRequestKey } from '@holdfast/encryption'
import { entriesMax } from '@holdfast/stores'
import { beforeEach, describe, expect, it } from 'vitest'

// What each promise of the port of key stores means. Every driver's test runs it. To a store wrapped keys are bytes: here they are random.

export interface KeyStoreHarness {
  /** An unused store, and another client of the same data. */
  open(): Promise<readonly [KeyStore, KeyStore]>
}

const at = (second: number): string => new Date(Date.UTC(2024, 6, 23, 9, 0, second)).toISOString()

export const anyRequestKey = (about: Partial<WrappedRequestKey> = {}): WrappedRequestKey => ({
  keyId: randomUUID(),
  requestId: randomUUID(),
  country: 'SG',
  wrappedBy: 'key of SG',
  wrapped: randomBytes(60).toString('base64url'),
  createdAt: at(0),
  ...about,
})

export const anyCountryKey = (about: Partial<WrappedCountryKey> = {}): WrappedCountryKey => ({
  keyId: randomUUID(),
  country: 'SG',
  version: 1,
  wrappedBy: 'first',
  wrapped: randomBytes(60).toString('base64url'),
  createdAt: at(0),
  ...about,
})

const there = (key: WrappedRequestKey) => ({ state: 'present', key })
const records = (about: Partial<KeyRecords>): KeyRecords => ({ requestKeys: [], countryKeys: [], destructions: [], ...about })

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = []
  for await (const page of pages) found.push(...page)
  return found
}
const byId = (keys: readonly { keyId: string }[]) => keys.toSorted((one, other) => (one.keyId < other.keyId ? -1 : 1))

export function describeKeyStoreContract(name: string, harness: KeyStoreHarness): void {
  describe(`${name}: keys`, () => {
    let store: KeyStore
    let same: KeyStore

    beforeEach(async () => {
      ;[store, same] = await harness.open()
    })

    async function destroyed(requestId: string, because = 'ERASURE_ORDERED') {
      await store.intend(requestId, because, at(1))
      return store.destroy(requestId, at(2))
    }

    it('finds what was stored by its id, in the order in which it is asked for, and of others that they never were', async () => {
      const [one, other] = [anyRequestKey(), anyRequestKey({ country: 'TL', wrappedBy: 'ключ' })]
      expect(await store.insert([one, other])).toEqual([there(one), there(other)])
      expect(await same.find([other.keyId, randomUUID(), one.keyId, other.keyId])).toEqual([
        there(other),
        undefined,
        there(one),
        there(other),
      ])
      expect(await store.find([])).toEqual([])
      expect(await store.insert([])).toEqual([])
    })

    it('keeps the first key of a request for a country, and gives it to later callers', async () => {
      const first = anyRequestKey()
      const { requestId } = first
      await store.insert([first])
      const [late, otherCountry] = [anyRequestKey({ requestId }), anyRequestKey({ requestId, country: 'TL' })]
      expect(await same.insert([late, otherCountry, anyRequestKey({ requestId, country: 'TL' })])).toEqual([
        there(first),
        there(otherCountry),
        there(otherCountry),
      ])
      expect(await store.find([late.keyId])).toEqual([undefined])
    })

    it('gives all who come at once the same key', async () => {
      const owners = Array.from({ length: 5 }, () => randomUUID())
      const callers = Array.from({ length: 8 }, (_, nth) => (nth % 2 === 0 ? store : same))
      const given = await Promise.all(callers.map(each => each.insert(owners.map(requestId => anyRequestKey({ requestId })))))
      for (const each of given) expect(each).toEqual(given[0])
      expect(new Set(given.flat().map(each => each.state === 'present' && each.key.keyId)).size).toBe(owners.length)
    })

    it('makes the versions of a country’s keys one behind the other, from any client', async () => {
      const first = anyCountryKey()
      expect(await store.currentCountryKeys(['SG', 'TL'])).toEqual([undefined, undefined])
      expect(await store.insertCountryKey(first)).toEqual(first)
      expect(await same.insertCountryKey(anyCountryKey())).toEqual(first)
      const seconds = [store, same, store].map(() => anyCountryKey({ version: 2 }))
      const given = await Promise.all(seconds.map((key, nth) => (nth % 2 === 0 ? store : same).insertCountryKey(key)))
      expect(new Set(given.map(({ keyId }) => keyId)).size).toBe(1)
      expect(await same.currentCountryKeys(['TL', 'SG'])).toEqual([undefined, given[0]])
      expect(await store.countryKeys([first.keyId, 'none'])).toEqual([first, undefined])
      expect(byId(await all(store.pagesOfCountryKeys()))).toEqual(byId([first, given[0] as WrappedCountryKey]))
    })

    it('re-encrypts only what is wrapped as the caller knows it', async () => {
      const [key, country] = [anyRequestKey({ wrappedBy: 'old' }), anyCountryKey({ wrappedBy: 'old' })]
      await store.insert([key])
      await store.insertCountryKey(country)
      const change = ({ keyId }: { keyId: string }, from: string) => ({
        keyId,
        from,
        wrappedBy: 'new',
        wrapped: randomBytes(60).toString('base64url'),
      })
      const [ofKey, ofCountry] = [change(key, 'old'), change(country, 'old')]
      expect(await store.rewrapRequestKeys([change(key, 'older'), ofKey, change(key, 'old'), change({ keyId: randomUUID() }, 'old')])).toBe(
        1,
      )
      expect(await store.rewrapCountryKeys([change(country, 'older'), ofCountry])).toBe(1)
      expect(await same.find([key.keyId])).toEqual([there({ ...key, wrappedBy: 'new', wrapped: ofKey.wrapped })])
      expect(await same.countryKeys([country.keyId])).toEqual([{ ...country, wrappedBy: 'new', wrapped: ofCountry.wrapped }])
      expect(await same.currentCountryKeys(['SG'])).toEqual([{ ...country, wrappedBy: 'new', wrapped: ofCountry.wrapped }])
      expect([await store.rewrapRequestKeys([]), await store.rewrapCountryKeys([])]).toEqual([0, 0])
    })

    it('destroys all keys of a request in three steps, each of which can be done again, and none before the one ahead of it', async () => {
      const [one, other, apart] = [anyRequestKey(), anyRequestKey({ country: 'TL' }), anyRequestKey()]
      const { requestId } = one
      await store.insert([one, { ...other, requestId }, apart])
      expect(await store.destroy(requestId, at(1))).toBeUndefined()
      const intended = { requestId, because: 'ERASURE_ORDERED', intendedAt: at(1), keys: [] }
      expect(await store.intend(requestId, 'ERASURE_ORDERED', at(1))).toEqual(intended)
      expect(await same.intend(requestId, 'RETENTION_OVER', at(9))).toEqual(intended)
      expect(await store.confirm(requestId, at(2))).toBeUndefined()
      expect(await store.find([one.keyId])).toEqual([there(one)])
      expect(await same.unfinished(10)).toEqual([intended])

      const tombstone = await store.destroy(requestId, at(2))
      expect(tombstone && { ...tombstone, keys: byId(tombstone.keys) }).toEqual({
        ...intended,
        destroyedAt: at(2),
        keys: byId([one, other].map(({ keyId, country }) => ({ keyId, country }))),
      })
      expect(await same.destroy(requestId, at(9))).toEqual(tombstone)
      expect(await same.find([one.keyId, other.keyId, apart.keyId])).toEqual([
        { state: 'destroyed', destruction: tombstone },
        { state: 'destroyed', destruction: tombstone },
        there(apart),
      ])
      expect(await same.unfinished(10)).toEqual([tombstone])

      const confirmed = { ...tombstone, confirmedAt: at(3) }
      expect(await store.confirm(requestId, at(3))).toEqual(confirmed)
      expect(await same.confirm(requestId, at(9))).toEqual(confirmed)
      expect(await store.unfinished(10)).toEqual([])
      expect(await all(store.pagesOfDestructions())).toEqual([confirmed])
      expect(await all(store.pagesOfRequestKeys())).toEqual([apart])
    })

    it('makes no key for a request whose keys were destroyed, for no country, and re-encrypts none', async () => {
      const key = anyRequestKey()
      await store.insert([key])
      const tombstone = await destroyed(key.requestId)
      const none = await destroyed(randomUUID())
      expect(none?.keys).toEqual([])
      const after = await same.insert([
        anyRequestKey({ requestId: key.requestId }),
        anyRequestKey({ requestId: key.requestId, country: 'TL' }),
        anyRequestKey({ requestId: none?.requestId ?? '' }),
      ])
      expect(after).toEqual([tombstone, tombstone, none].map(destruction => ({ state: 'destroyed', destruction })))
      const change = { keyId: key.keyId, from: key.wrappedBy, wrappedBy: 'new', wrapped: key.wrapped }
      expect(await store.rewrapRequestKeys([change])).toBe(0)
      expect(await store.find([key.keyId])).toEqual([{ state: 'destroyed', destruction: tombstone }])
    })

    it('lists what is unfinished, at most so many', async () => {
      for (const second of [1, 2, 3]) await store.intend(randomUUID(), 'ERASURE_ORDERED', at(second))
      expect(await store.unfinished(2)).toHaveLength(2)
      expect((await store.unfinished(10)).map(({ intendedAt }) => intendedAt)).toEqual([at(1), at(2), at(3)])
    })

    it('takes from a copy what is not there, and leaves what is', async () => {
      const [here, brought] = [anyRequestKey(), anyRequestKey()]
      const second = anyRequestKey({ requestId: here.requestId })
      const [old, current] = [anyCountryKey(), anyCountryKey({ version: 2 })]
      await store.insert([here])
      await store.insertCountryKey(old)
      const rewrapped = { ...here, wrapped: randomBytes(60).toString('base64url') }
      const copy = records({ requestKeys: [brought, second, rewrapped], countryKeys: [current, { ...old, wrappedBy: 'other' }] })
      for (const to of [store, same]) await to.restore(copy)
      expect(await store.find([here, brought, second].map(({ keyId }) => keyId))).toEqual([here, brought, second].map(there))
      // The existing key encrypts; the restored one decrypts what it has encrypted.
      expect(await store.insert([anyRequestKey({ requestId: here.requestId }), anyRequestKey({ requestId: brought.requestId })])).toEqual(
        [here, brought].map(there),
      )
      expect(await store.currentCountryKeys(['SG'])).toEqual([current])
      expect(await store.countryKeys([old.keyId])).toEqual([old])
      expect(byId(await all(store.pagesOfRequestKeys()))).toEqual(byId([here, brought, second]))
    })

    it('brings no destroyed key back: not one that is destroyed here, nor one that the copy has and a tombstone names, in whatever order they come', async () => {
      const [here, listed, unlisted, lost] = [anyRequestKey(), anyRequestKey(), anyRequestKey(), anyRequestKey()]
      await store.insert([here, listed])
      const tombstone = await destroyed(here.requestId)
      await store.restore(records({ requestKeys: [here, anyRequestKey({ requestId: here.requestId, keyId: unlisted.keyId })] }))
      const ofListed = {
        requestId: listed.requestId,
        because: 'ERASURE_ORDERED',
        intendedAt: at(3),
        destroyedAt: at(4),
        confirmedAt: at(5),
        keys: [
          { keyId: listed.keyId, country: 'SG' },
          { keyId: lost.keyId, country: 'TL' },
        ],
      }
      const late = anyRequestKey({ requestId: listed.requestId, country: 'FR' })
      await same.restore(records({ requestKeys: [late, listed], destructions: [ofListed] }))
      await same.restore(records({ requestKeys: [late, listed] }))
      const states = await store.find([here, unlisted, listed, lost, late].map(({ keyId }) => keyId))
      expect(states.map(each => each?.state)).toEqual(['destroyed', 'destroyed', 'destroyed', 'destroyed', 'destroyed'])
      expect(states[0]).toMatchObject({ destruction: { requestId: here.requestId, destroyedAt: tombstone?.destroyedAt } })
      expect(states[3]).toMatchObject({ destruction: { requestId: listed.requestId, destroyedAt: at(4), because: 'ERASURE_ORDERED' } })
      expect((await store.insert([anyRequestKey({ requestId: listed.requestId })]))[0]?.state).toBe('destroyed')
      expect(await all(store.pagesOfRequestKeys())).toEqual([])
      expect(await store.unfinished(10)).toMatchObject([{ requestId: here.requestId }])
    })

    it('takes up from a copy what was intended and not done, and lets a destruction stand that is further on', async () => {
      const requestId = randomUUID()
      const intended = { requestId, because: 'ERASURE_ORDERED', intendedAt: at(1), keys: [] }
      await store.restore(records({ destructions: [intended] }))
      expect(await store.unfinished(10)).toEqual([intended])
      const done = await store.destroy(requestId, at(2))
      await same.restore(records({ destructions: [intended] }))
      expect(await store.unfinished(10)).toEqual([done])
      const confirmed = await store.confirm(requestId, at(3))
      await same.restore(records({ destructions: [{ ...intended, destroyedAt: at(8) }] }))
      expect(await all(store.pagesOfDestructions())).toEqual([confirmed])
      expect(await store.unfinished(10)).toEqual([])
    })

    it('keeps what is said of the store itself, and gives the newest', async () => {
      expect(await store.metadata()).toEqual({})
      await store.setMetadata('engine', 'first')
      await same.setMetadata('restored', at(1))
      await store.setMetadata('restored', at(2))
      expect([await store.metadata(), await same.metadata()]).toEqual(Array(2).fill({ engine: 'first', restored: at(2) }))
    })

    it('lists more than one page, each key once at least', async () => {
      const keys = Array.from({ length: 1_100 }, () => anyRequestKey())
      await store.insert(keys)
      const found = new Map((await all(same.pagesOfRequestKeys())).map(key => [key.keyId, key]))
      expect(byId([...found.values()])).toEqual(byId(keys))
    })

    it('refuses more than a call may name, and changes nothing then', async () => {
      const many = Array.from({ length: entriesMax + 1 }, () => anyRequestKey())
      await expect(store.insert(many)).rejects.toThrow(RangeError)
      await expect(store.find(many.map(({ keyId }) => keyId))).rejects.toThrow(RangeError)
      expect(await all(store.pagesOfRequestKeys())).toEqual([])
    })
  })
}
