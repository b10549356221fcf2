import type { KeyStore } from '@holdfast/encryption'
import { topics, workflowTopics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { createMemoryKeys } from '@holdfast/test-kit/memory-keys'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { beforeEach, describe, expect, test } from 'vitest'
import { compareKeys, createKeysMark } from './compare-keys.ts'

const at = '2024-07-23T03:00:00.000Z'
const keyOf = (nth: number) => ({
  keyId: `key-${nth}`,
  requestId: `request-${nth}`,
  country: 'SG',
  wrappedBy: 'country-key',
  wrapped: 'x'.repeat(80),
  createdAt: at,
})
const encryptedBy = (nth: number) => ({ encrypted: { key: `key-${nth}`, ciphertext: 'b', digest: 'd' } })
const factOf = (nth: number, type = 'InterimReported', data: object = encryptedBy(nth)) => ({
  key: `request-${nth}`,
  value: JSON.stringify({
    type: `holdfast.fact.v1.${type}`,
    id: `fact-${nth}`,
    subject: `request-${nth}`,
    causationid: `command-${nth}`,
    time: at,
    actor: 'SG/system/ncb',
    sequence: 1,
    prevhash: '0'.repeat(64),
    hash: '1'.repeat(64),
    data,
  }),
})

const check = workflowTopics('check').ledger
const ledgers = [topics.ledger.name, check.name]
let streams: Streams
let store: KeyStore
/** Like copies of a file: two stores with the same keys and positions. */
let older: KeyStore

const write = (...facts: ReturnType<typeof factOf>[]) => streams.publish(topics.ledger.name, facts)
const compare = async (of: KeyStore) => compareKeys({ streams, ledgers }, of, await of.metadata())

beforeEach(async () => {
  ;[store, older] = [createMemoryKeys().store(), createMemoryKeys().store()]
  streams = createMemoryStreams({ log: createMemoryLog({ partitions: 1, nowMs: () => Date.parse(at) }) })
  await streams.ensureTopics([{ ...topics.ledger, partitions: 1 }, { ...check, partitions: 1 }, topics.parked])
})

describe('an older copy of the keys', () => {
  test('is detected by the ledger of any workflow', async () => {
    for (const each of [store, older]) expect(await compare(each)).toEqual({ missing: 0, undestroyed: 0 })
    await store.insert([keyOf(1)])
    await streams.publish(check.name, [factOf(1, 'CheckOpened')])
    expect(await compare(older)).toEqual({ missing: 1, undestroyed: 0 })
    expect(await compare(store)).toEqual({ missing: 0, undestroyed: 0 })
  })

  test('is still detected after a service of one workflow only has compared', async () => {
    await older.insert([keyOf(1)])
    await streams.publish(check.name, [factOf(1, 'CheckOpened')])
    expect(await compare(older)).toEqual({ missing: 0, undestroyed: 0 })
    const { compared } = await older.metadata()
    await compareKeys({ streams, ledgers: [topics.ledger.name] }, older, await older.metadata())
    expect((await older.metadata()).compared).toBe(compared)
  })

  test('is detected even if a thousand newer facts are all of requests whose keys it has', async () => {
    for (const each of [store, older]) await each.insert([keyOf(1)])
    await write(factOf(1))
    for (const each of [store, older]) expect(await compare(each)).toEqual({ missing: 0, undestroyed: 0 })
    await store.insert([keyOf(2)])
    await write(factOf(2), ...Array.from({ length: 1_000 }, () => factOf(1)))
    expect(await compare(older)).toEqual({ missing: 1, undestroyed: 0 })
    expect(await compare(older)).toEqual({ missing: 1, undestroyed: 0 })
    expect(await compare(store)).toEqual({ missing: 0, undestroyed: 0 })
  })

  test('is detected if a held command needs a newer key', async () => {
    const record = {
      topic: topics.commands.name,
      partition: 0,
      offset: 0,
      key: 'k',
      value: JSON.stringify({ time: at, data: encryptedBy(1) }),
    }
    await streams.publish(topics.parked.name, [{ key: 'k', value: JSON.stringify({ data: { what: 'held', record } }) }])
    expect(await compare(store)).toEqual({ missing: 1, undestroyed: 0 })
    await store.insert([keyOf(1)])
    expect(await compare(store)).toEqual({ missing: 0, undestroyed: 0 })
  })

  test('is detected if it has keys that were destroyed since', async () => {
    for (const each of [store, older]) await each.insert([keyOf(1)])
    await store.intend('request-1', 'ERASURE_ORDERED', at)
    await store.destroy('request-1', at)
    await write(factOf(1), factOf(1, 'KeysDestroyed', { because: 'ERASURE_ORDERED', keys: 1, intendedAt: at, destroyedAt: at }))
    expect(await compare(older)).toEqual({ missing: 0, undestroyed: 1 })
    expect(await compare(store)).toEqual({ missing: 0, undestroyed: 0 })
  })

  test('is compared only with records after its restore', async () => {
    await store.setMetadata('restored', at)
    await write(factOf(1))
    expect(await compare(store)).toEqual({ missing: 0, undestroyed: 0 })
  })
})

describe('the recorded position of a running engine', () => {
  test('saves the next start the comparison of earlier records', async () => {
    await store.insert([keyOf(1)])
    await write(factOf(1))
    const mark = createKeysMark({ streams, ledgers }, store)
    expect(await mark()).toBe(true)
    let read = 0
    const counting: Streams = {
      ...streams,
      async *read(...range) {
        for await (const records of streams.read(...range)) {
          read += records.length
          yield records
        }
      },
    }
    await compareKeys({ streams: counting, ledgers }, store, await store.metadata())
    expect(read).toBe(0)
  })

  test('is not advanced if an older copy has replaced the store', async () => {
    const mark = createKeysMark({ streams, ledgers }, store)
    await write(factOf(1))
    await mark()
    await mark()
    await store.setMetadata('compared', '{}')
    await write(factOf(2))
    expect([await mark(), (await store.metadata()).compared]).toEqual([false, '{}'])
  })
})
