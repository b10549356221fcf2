import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { StoreUnavailableError } from '@holdfast/stores'
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createEmbeddedKeyStore } from './embedded/key-store.ts'
import { decryptValues, encryptValues } from './encrypted-values.ts'
import type { CachedKey } from './key-cache.ts'
import { CountryKeyUnreadableError, createKeyRing, type FoundKey, type KeyRing, type KeyRingOptions } from './key-ring.ts'
import type { KeyStore, OrderedKeys } from './key-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { unwrapKey, wrapKey, wrappingKey } from './wrapping.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-ring-'))
const files: SqliteFile[] = []
afterAll(async () => {
  for (const file of files) await file.close()
  rmSync(folder, { recursive: true, force: true })
})

let nowMs = 0
beforeEach(() => {
  nowMs = 1_000_000
})

async function freshStore(): Promise<KeyStore> {
  const file = openSqlite(join(folder, `${files.length}.sqlite`), { durable: true })
  files.push(file)
  return createEmbeddedKeyStore(file)
}

/** Master keys by id; the first is the current one. */
function masterKeysOf(...ids: readonly [string, ...string[]]): MasterKeys {
  const keyOf = (id: string) => wrappingKey(Buffer.alloc(32, id))
  return {
    current: ids[0],
    wrap: async (bytes, aad) => ({ by: ids[0], wrapped: wrapKey(keyOf(ids[0]), bytes, aad) }),
    unwrap: async (id, wrapped, aad) => (ids.includes(id) ? unwrapKey(keyOf(id), wrapped, aad) : undefined),
  }
}

function ringOn(store: KeyStore, options: Partial<KeyRingOptions> = {}): KeyRing {
  const ring = createKeyRing({
    store,
    masterKeys: masterKeysOf('first'),
    clock: () => new Date('2024-07-23T09:00:00Z'),
    nowMs: () => nowMs,
    ...options,
  })
  onTestFinished(() => ring.close())
  return ring
}

/** Rolls back everything since the last commit. */
function fillDisk(file: SqliteFile): void {
  const fill = () =>
    file.writeNow(() => {
      throw new Error('the disk is full')
    })
  expect(fill).toThrow('the disk is full')
}

/** Counts the calls of a store, and can be unreachable. */
function watched(store: KeyStore) {
  const asked: string[] = []
  let isAway = false
  const insertOf =
    ({ insert }: OrderedKeys): OrderedKeys['insert'] =>
    keys => {
      asked.push('insert')
      if (isAway) throw new StoreUnavailableError('away')
      return insert(keys)
    }
  const seen = new Proxy(store, {
    get: (target, name: keyof KeyStore) => {
      if (name === 'ordered') return target.ordered && { ...target.ordered, insert: insertOf(target.ordered) }
      const call = target[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        asked.push(name)
        if (isAway) return Promise.reject(new StoreUnavailableError('away'))
        return call(...args)
      }
    },
  })
  return {
    store: seen,
    asked,
    away(away: boolean) {
      isAway = away
    },
  }
}

const owner = (country = 'SG') => ({ requestId: randomUUID() as string, country })

async function obtainOne(ring: KeyRing, about = owner()): Promise<CachedKey> {
  const [key] = await ring.obtain([about])
  if (key?.state !== 'present') throw new Error(`No key: ${JSON.stringify(key)}`)
  return key
}
const findOne = async (ring: KeyRing, keyId: string): Promise<FoundKey | undefined> => (await ring.find([keyId])).get(keyId)

/** Whether one key decrypts what the other encrypts. */
function opens(one: CachedKey | undefined, other: FoundKey | undefined): boolean {
  if (!one || other?.state !== 'present') return false
  const block = encryptValues(one.key, one, { '/note': 'words' })
  return decryptValues(other.key, other, block).ok
}

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

test('a request has one key for each country, the same for every caller', async () => {
  const store = await freshStore()
  const [ring, other] = [ringOn(store), ringOn(store)]
  const { requestId } = owner()
  const [ofSG, ofTL] = await ring.obtain([
    { requestId, country: 'SG' },
    { requestId, country: 'TL' },
    { requestId, country: 'SG' },
  ])
  expect(ofSG).toMatchObject({ state: 'present', requestId, country: 'SG' })
  const [again] = await other.obtain([{ requestId, country: 'SG' }])
  expect(again?.state === 'present' && again.keyId).toBe(ofSG?.state === 'present' && ofSG.keyId)
  const found = await other.find([(ofTL as CachedKey).keyId, (ofSG as CachedKey).keyId])
  expect(opens(ofTL as CachedKey, found.get((ofTL as CachedKey).keyId))).toBe(true)
  expect(opens(ofSG as CachedKey, found.get((ofSG as CachedKey).keyId))).toBe(true)
  expect(opens(ofSG as CachedKey, found.get((ofTL as CachedKey).keyId))).toBe(false)
  expect(await findOne(other, randomUUID())).toEqual({ state: 'unknown' })
})

test('concurrent callers in several processes get the same keys', async () => {
  const store = await freshStore()
  const owners = Array.from({ length: 20 }, (_, nth) => owner(['SG', 'TL', 'FR'][nth % 3]))
  const given = await Promise.all(Array.from({ length: 6 }, () => ringOn(store).obtain(owners)))
  const idsOf = (keys: readonly FoundKey[]) => keys.map(key => key.state === 'present' && key.keyId)
  for (const keys of given) {
    expect(idsOf(keys)).toEqual(idsOf(given[0] ?? []))
    for (const [nth, key] of keys.entries()) expect(opens(key as CachedKey, given[0]?.[nth])).toBe(true)
  }
})

test('a batch takes one round trip once its country keys are known, and none within the second', async () => {
  const { store, asked } = watched(await freshStore())
  const ring = ringOn(store)
  await ring.obtain([owner('SG'), owner('TL')])
  asked.length = 0
  const keys = await ring.obtain(Array.from({ length: 300 }, (_, nth) => owner(nth % 2 === 0 ? 'SG' : 'TL')))
  expect(asked).toEqual(['insert'])
  asked.length = 0
  await ring.obtain(keys as CachedKey[])
  await ring.find(keys.map(key => (key as CachedKey).keyId))
  expect(asked).toEqual([])
  nowMs += 1_001
  await ring.find(keys.map(key => (key as CachedKey).keyId))
  for (const key of keys) await ring.find([(key as CachedKey).keyId])
  expect(asked).toEqual(['find'])
})

test('a destroyed key is no longer returned by this process at once, and by no other after a second, by owner or id', async () => {
  const store = await freshStore()
  const [ring, other] = [ringOn(store), ringOn(store)]
  const about = owner()
  const key = await obtainOne(ring, about)
  await obtainOne(other, about)
  await ring.intend(about.requestId, 'ERASURE_ORDERED')
  expect(await findOne(ring, key.keyId)).toMatchObject({ state: 'present' })
  const tombstone = await ring.destroy(about.requestId)
  expect(tombstone).toMatchObject({
    because: 'ERASURE_ORDERED',
    destroyedAt: '2024-07-23T09:00:00.000Z',
    keys: [{ keyId: key.keyId, country: 'SG' }],
  })
  const gone = { state: 'destroyed', requestId: about.requestId, because: 'ERASURE_ORDERED', destroyedAt: '2024-07-23T09:00:00.000Z' }
  expect([await findOne(ring, key.keyId), ...(await ring.obtain([about]))]).toEqual([gone, gone])
  nowMs += 999
  expect(await findOne(other, key.keyId)).toMatchObject({ state: 'present' })
  nowMs += 1
  expect([await findOne(other, key.keyId), ...(await other.obtain([about, { ...about, country: 'TL' }]))]).toEqual([gone, gone, gone])
})

test('the second starts when the store is asked, however late it answers', async () => {
  const store = await freshStore()
  const about = owner()
  const key = await obtainOne(ringOn(store), about)
  const late = {
    ...store,
    find: async (ids: readonly string[]) => {
      const found = await store.find(ids)
      nowMs += 5_000
      return found
    },
  }
  const { store: seen, asked } = watched(late)
  const ring = ringOn(seen)
  await ring.find([key.keyId])
  await ring.find([key.keyId])
  expect(asked.filter(name => name === 'find')).toHaveLength(2)
})

test('an answer that was requested before a destruction and came after it is not cached', async () => {
  const store = await freshStore()
  const about = owner()
  const key = await obtainOne(ringOn(store), about)
  const gate = Promise.withResolvers<void>()
  let isHeld = true
  const slow = {
    ...store,
    find: async (ids: readonly string[]) => {
      const found = await store.find(ids)
      if (isHeld) await gate.promise
      return found
    },
  }
  const ring = ringOn(slow)
  const asking = ring.find([key.keyId])
  await ring.intend(about.requestId, 'ERASURE_ORDERED')
  await ring.destroy(about.requestId)
  isHeld = false
  gate.resolve()
  await asking
  expect(await findOne(ring, key.keyId)).toMatchObject({ state: 'destroyed' })
})

test('expired keys leave the memory without a call, and their number is limited', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { createKeyCache } = await import('./key-cache.ts')
  const cache = createKeyCache({ lifeMs: 1_000, keysMax: 3, nowMs: () => nowMs })
  const put = (keyId: string) => cache.putOwned({ state: 'present', keyId, requestId: keyId, country: 'SG', key: {} as never }, nowMs)
  for (const keyId of ['a', 'b', 'c', 'd']) put(keyId)
  expect([cache.size, cache.ofId('a'), cache.ofOwner('a', 'SG')]).toEqual([3, undefined, undefined])
  expect(cache.ofOwner('d', 'SG')?.keyId).toBe('d')
  nowMs += 1_000
  vi.advanceTimersByTime(500)
  expect([cache.size, vi.getTimerCount()]).toEqual([0, 0])
  put('e')
  cache.forget('e')
  expect([cache.size, cache.ofOwner('e', 'SG')]).toEqual([0, undefined])
  cache.clear()
})

test('a caller that can wait gets a key before it is durable, and so does the next caller', async () => {
  const ring = ringOn(await freshStore())
  await ring.obtain([{ requestId: 'earlier', country: 'SG' }])
  await new Promise(setImmediate)
  const owner = { requestId: 'a', country: 'SG' }
  const first = await ring.obtainOrdered([owner])
  const second = await ring.obtainOrdered([owner])
  expect([first.durable, second.durable]).toEqual([expect.any(Promise), expect.any(Promise)])
  expect(second.keys).toEqual(first.keys)
  let isDurable = false
  void first.durable?.then(() => {
    isDurable = true
  })
  expect(await ring.obtain([owner])).toEqual(first.keys)
  expect(isDurable).toBe(true)
  expect((await ring.obtainOrdered([owner])).durable).toBeUndefined()
})

test('a key that was rolled back is not returned again, and its waiting caller is notified', async () => {
  const ring = ringOn(await freshStore())
  const file = files.at(-1) as SqliteFile
  const owner = { requestId: 'a', country: 'SG' }
  await ring.obtain([{ requestId: 'earlier', country: 'SG' }])
  await new Promise(setImmediate)
  const { keys, durable } = await ring.obtainOrdered([owner])
  const waits = ring.obtain([owner])
  fillDisk(file)
  await expect(durable).rejects.toThrow('the disk is full')
  await expect(waits).rejects.toThrow(StoreUnavailableError)
  const [undone] = keys as CachedKey[]
  const [again] = (await ring.obtain([owner])) as CachedKey[]
  expect(again?.keyId).not.toBe(undone?.keyId)
  expect(await ring.find([undone?.keyId ?? ''])).toEqual(new Map([[undone?.keyId, { state: 'unknown' }]]))
})

test('a key that was rolled back is not returned in the same turn either', async () => {
  const ring = ringOn(await freshStore())
  const file = files.at(-1) as SqliteFile
  const owner = { requestId: 'a', country: 'SG' }
  await ring.obtain([{ requestId: 'earlier', country: 'SG' }])
  await new Promise(setImmediate)
  const [undone] = (await ring.obtainOrdered([owner])).keys as CachedKey[]
  // Both in one turn, one right after the other.
  const [, next] = await Promise.all([
    Promise.resolve().then(() => fillDisk(file)),
    Promise.resolve().then(() => ring.obtainOrdered([owner])),
  ])
  const [key] = next.keys as CachedKey[]
  expect(key?.keyId).not.toBe(undone?.keyId)
  await next.durable
  expect((await ring.find([key?.keyId ?? ''])).get(key?.keyId ?? '')).toMatchObject({ state: 'present' })
})

test('a rollback of keys without a waiting caller does not fail the process', async () => {
  const ring = ringOn(await freshStore())
  const file = files.at(-1) as SqliteFile
  await ring.obtain([{ requestId: 'earlier', country: 'SG' }])
  let commits = 0
  file.onCommit(() => {
    commits += 1
    return undefined
  })
  // The first is committed and being synced, the second is neither. The caller of the second waits for both.
  await ring.obtainOrdered([{ requestId: 'a', country: 'SG' }])
  while (commits === 0) await new Promise(setImmediate)
  await ring.obtainOrdered([{ requestId: 'b', country: 'SG' }])
  fillDisk(file)
  // An unhandled rejection would end the process, and this test, a turn later.
  await new Promise(setImmediate)
  await expect(ring.obtain([{ requestId: 'b', country: 'SG' }])).resolves.toHaveLength(1)
})

test('while the store is unreachable, no caller gets a key, and no key is reported as unknown', async () => {
  const { store, away } = watched(await freshStore())
  const ring = ringOn(store)
  const key = await obtainOne(ring)
  nowMs += 1_000
  away(true)
  await expect(ring.find([key.keyId])).rejects.toThrow(StoreUnavailableError)
  await expect(ring.obtain([owner()])).rejects.toThrow(StoreUnavailableError)
  await expect(ring.intend(key.requestId, 'ERASURE_ORDERED')).rejects.toThrow(StoreUnavailableError)
  away(false)
  await ring.intend(key.requestId, 'ERASURE_ORDERED')
  away(true)
  await expect(ring.destroy(key.requestId)).rejects.toThrow(StoreUnavailableError)
  away(false)
  expect(opens(key, await findOne(ring, key.keyId))).toBe(true)
})

test('while the master keys are unreachable, no key is returned; with one missing, keys are unreadable, not unknown', async () => {
  const store = await freshStore()
  const about = owner()
  const key = await obtainOne(ringOn(store), about)
  const away = { current: 'first', wrap: () => Promise.reject(new Error('away')), unwrap: () => Promise.reject(new Error('away')) }
  await expect(ringOn(store, { masterKeys: away }).find([key.keyId])).rejects.toThrow('away')
  await expect(ringOn(store, { masterKeys: away }).obtain([owner('TL')])).rejects.toThrow('away')
  const without = ringOn(store, { masterKeys: masterKeysOf('second') })
  expect(await findOne(without, key.keyId)).toEqual({ state: 'unreadable', keyId: key.keyId })
  await expect(without.obtain([about])).rejects.toThrow(CountryKeyUnreadableError)
})

test('an intended destruction is found after a restart, and each step needs the one before', async () => {
  const store = await freshStore()
  const [ring, successor] = [ringOn(store), ringOn(store)]
  const key = await obtainOne(ring)
  const { requestId } = key
  await expect(ring.destroy(requestId)).rejects.toThrow('no intended destruction')
  await expect(ring.confirm(requestId)).rejects.toThrow('not destroyed')
  await expect(ring.intend(requestId, 'because Zoë asked')).rejects.toThrow(RangeError)
  await ring.intend(requestId, 'ERASURE_ORDERED')
  await expect(ring.confirm(requestId)).rejects.toThrow('not destroyed')
  expect(await successor.unfinished()).toMatchObject([{ requestId, because: 'ERASURE_ORDERED' }])
  expect((await successor.unfinished())[0]).not.toHaveProperty('destroyedAt')
  const tombstone = await successor.destroy(requestId)
  expect(await successor.unfinished()).toEqual([tombstone])
  await successor.confirm(requestId)
  expect(await ring.unfinished()).toEqual([])
  expect(await ring.destroy(requestId)).toMatchObject({ destroyedAt: tombstone.destroyedAt })
})

test('after a rotation new keys are wrapped by the new version, and old ones are rewrapped, even when interrupted at any page', async () => {
  const store = await freshStore()
  const ring = ringOn(store)
  const old = await ring.obtain(Array.from({ length: 1_200 }, () => owner()))
  expect(await ring.rotate('SG')).toBe(2)
  const [current] = await store.currentCountryKeys(['SG'])
  const fresh = await obtainOne(ring)
  const wrappers = async (keys: readonly FoundKey[]) =>
    new Set((await store.find(keys.map(key => (key as CachedKey).keyId))).map(each => each?.state === 'present' && each.key.wrappedBy))
  expect(await wrappers([fresh])).toEqual(new Set([current?.keyId]))
  expect(await wrappers(old)).not.toContain(current?.keyId)

  let pages = 0
  const cut: KeyStore = {
    ...store,
    rewrapRequestKeys: async changes => (++pages > 1 ? Promise.reject(new Error('killed')) : store.rewrapRequestKeys(changes)),
  }
  await expect(ringOn(cut).rewrap()).rejects.toThrow('killed')
  expect(await ringOn(store).rewrap()).toEqual({ countryKeys: 0, requestKeys: 700, unreadable: [] })
  expect(await wrappers(old)).toEqual(new Set([current?.keyId]))
  expect(await ringOn(store).rewrap()).toEqual({ countryKeys: 0, requestKeys: 0, unreadable: [] })
  const after = await ringOn(store).find(old.map(key => (key as CachedKey).keyId))
  expect(old.filter(key => !opens(key as CachedKey, after.get((key as CachedKey).keyId)))).toEqual([])
})

test('a key that is destroyed during a rewrap stays destroyed', async () => {
  const store = await freshStore()
  const key = await obtainOne(ringOn(store))
  await ringOn(store).rotate('SG')
  const racing: KeyStore = {
    ...store,
    rewrapRequestKeys: async changes => {
      await store.intend(key.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')
      await store.destroy(key.requestId, '2024-07-23T09:00:00.000Z')
      return store.rewrapRequestKeys(changes)
    },
  }
  expect(await ringOn(racing).rewrap()).toMatchObject({ requestKeys: 0 })
  expect(await findOne(ringOn(store), key.keyId)).toMatchObject({ state: 'destroyed' })
})

test('country keys are rewrapped by a new master key, and the former one is not needed any more', async () => {
  const store = await freshStore()
  const keys = await ringOn(store).obtain([owner('SG'), owner('TL')])
  expect(await ringOn(store, { masterKeys: masterKeysOf('second') }).rewrap()).toMatchObject({ countryKeys: 0, unreadable: { length: 4 } })
  expect(await ringOn(store, { masterKeys: masterKeysOf('second', 'first') }).rewrap()).toEqual({
    countryKeys: 2,
    requestKeys: 0,
    unreadable: [],
  })
  const after = ringOn(store, { masterKeys: masterKeysOf('second') })
  for (const key of keys) expect(opens(key as CachedKey, await findOne(after, (key as CachedKey).keyId))).toBe(true)
})

test('a wrapped key unwraps only for its own request and country', async () => {
  const store = await freshStore()
  const ring = ringOn(store)
  const [one, other] = [await obtainOne(ring), await obtainOne(ring)]
  const [ofOne, ofOther] = await store.find([one.keyId, other.keyId])
  if (ofOne?.state !== 'present' || ofOther?.state !== 'present') throw new Error('no keys')
  const swapped: KeyStore = { ...store, find: async () => [{ state: 'present', key: { ...ofOne.key, wrapped: ofOther.key.wrapped } }] }
  expect(await findOne(ringOn(swapped), one.keyId)).toEqual({ state: 'unreadable', keyId: one.keyId })
})

test('a backup restores the keys into an empty store, wrapped as they were', async () => {
  const ring = ringOn(await freshStore())
  const keys = await ring.obtain([owner('SG'), owner('TL')])
  await ring.intend(owner().requestId, 'ERASURE_ORDERED')
  const [copy, tombstones] = [await linesOf(ring.backup()), await linesOf(ring.tombstones())]
  const restored = ringOn(await freshStore())
  expect(await restored.restore(copy, tombstones)).toEqual({ requestKeys: 2, countryKeys: 2, destructions: 1 })
  for (const key of keys) expect(opens(key as CachedKey, await findOne(restored, (key as CachedKey).keyId))).toBe(true)
  expect(await restored.unfinished()).toHaveLength(1)
  expect(copy.join('')).not.toContain('"wrapped":""')
})

test('a backup that is older than a destruction restores no destroyed key, complete or truncated, and newer keys stay', async () => {
  const store = await freshStore()
  const ring = ringOn(store)
  const [doomed, kept] = [await obtainOne(ring), await obtainOne(ring)]
  const older = await linesOf(ring.backup())
  const made = await obtainOne(ring, { requestId: doomed.requestId, country: 'TL' })
  await ring.intend(doomed.requestId, 'ERASURE_ORDERED')
  await ring.destroy(doomed.requestId)
  const list = await linesOf(ring.tombstones())

  for (let length = 1; length <= older.length; length++) {
    const restored = ringOn(await freshStore())
    // An engine that ran meanwhile has another key of that country.
    const since = await obtainOne(restored, { requestId: kept.requestId, country: 'SG' })
    const restoring = restored.restore(older.slice(0, length), list)
    if (length < older.length) await expect(restoring).rejects.toThrow('the end is missing')
    else await restoring
    for (const key of [doomed, made])
      expect(await findOne(restored, key.keyId)).toMatchObject({ state: 'destroyed', requestId: doomed.requestId })
    nowMs += 1_000
    expect(opens(since, await findOne(restored, since.keyId))).toBe(true)
    if (length === older.length) expect(opens(kept, await findOne(restored, kept.keyId))).toBe(true)
    expect(await restored.obtain([{ requestId: doomed.requestId, country: 'FR' }])).toMatchObject([{ state: 'destroyed' }])
  }
  await ring.restore(older, list)
  nowMs += 1_000
  expect(await findOne(ring, doomed.keyId)).toMatchObject({ state: 'destroyed' })
})

test('no key is restored before the tombstone list has been read completely', async () => {
  const ring = ringOn(await freshStore())
  const key = await obtainOne(ring)
  const copy = await linesOf(ring.backup())
  await ring.intend(key.requestId, 'ERASURE_ORDERED')
  await ring.destroy(key.requestId)
  const list = await linesOf(ring.tombstones())
  const wrong: readonly (readonly [string[], string])[] = [
    [[], 'the end is missing'],
    [list.slice(0, -1), 'tombstones: the end is missing behind line 2'],
    [copy, 'line 1: must be the format holdfast.tombstones.v1'],
    [[...list, ...list], 'line 4: follows the end line'],
    [[list[0] ?? '', list[2] ?? ''], 'line 2: 1 lines were written, but 0 are here'],
    [[list[0] ?? '', '{"destruction":{}}', list[2] ?? ''], 'line 2: is not a key record'],
    [[list[0] ?? '', 'no JSON', list[2] ?? ''], 'line 2: is not a key record'],
  ]
  for (const [tombstones, why] of wrong) {
    const restored = ringOn(await freshStore())
    await expect(restored.restore(copy, tombstones)).rejects.toThrow(why)
    expect((await findOne(restored, key.keyId))?.state).not.toBe('present')
  }
})
