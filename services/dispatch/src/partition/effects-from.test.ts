import { recordDispatched } from '@holdfast/folds'
import { type Drivers, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { effectsFrom } from './effects-from.ts'

let opened: OpenDrivers
let drivers: Drivers
beforeEach(async () => {
  opened = await openDrivers('dispatch')
  drivers = opened.drivers
  await drivers.streams.ensureTopics(Object.values(topics))
  await drivers.streams.append(
    topics.ledger.name,
    0,
    Array.from({ length: 5 }, (_, n) => ({ key: 'request', value: `fact ${n}` })),
  )
})
afterEach(() => opened.close())

const noted = (position: number, streams: Streams = drivers.streams) =>
  recordDispatched(streams, new Date(), 0, { what: 'dispatched', position })
const store = () => drivers.snapshots('dispatch')
const from = (committed = 0) => effectsFrom({ streams: drivers.streams, store: store(), clock: systemClock }, 0, committed)

/** The streams as they were while the ledger had other records where it has its own now. */
const ofAnotherLedger = (): Streams => ({
  ...drivers.streams,
  async *read(topic, partition, first) {
    yield [{ topic, partition, offset: first, key: '', value: 'another fact', headers: {}, timestampMs: 0 } satisfies StreamRecord]
  },
})

describe('facts have effects', () => {
  test('from the first one on where the ledger has begun and dispatch comes late', async () => {
    await noted(0)
    expect(await from()).toEqual({ position: 0 })
  })

  test('from the noted place on while the offset of the group is left', async () => {
    await noted(2)
    expect(await from(3)).toEqual({ position: 2 })
  })

  test('from the noted place on while the store is left', async () => {
    await noted(2)
    await store().save(0, undefined, 3, [])
    expect(await from()).toEqual({ position: 2 })
  })

  test('from the offset of the group on in an engine that is older than what is noted', async () => {
    expect(await from(3)).toEqual({ position: 3 })
  })

  test('from the furthest noted place on, whoever was late to note another', async () => {
    await noted(4)
    await noted(1)
    expect(await from(4)).toEqual({ position: 4 })
  })

  test('from the last place on that still is in a ledger that lost its end, though it has grown as far again', async () => {
    await noted(2)
    await noted(4, ofAnotherLedger())
    expect(await from(4)).toMatchObject({ position: 2 })
  })
})

describe('what went out and may follow from facts that the ledger has lost', () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
  const notedAt = (at: Date, position: number, streams: Streams = drivers.streams, lost?: { from: string; to: string }) =>
    recordDispatched(streams, at, 0, { what: 'dispatched', position, ...(lost ? { lost } : {}) })

  test('went out since the last place that still is of this ledger, and until now', async () => {
    const last = hoursAgo(3)
    await notedAt(last, 2)
    await notedAt(hoursAgo(2), 4, ofAnotherLedger())
    const { lost } = await from(4)
    expect(lost?.from).toBe(last.toISOString())
    expect(Date.parse(lost?.to ?? '')).toBeGreaterThan(Date.now() - 60_000)
  })

  test('is known to who comes later, though the places of the lost end still are further, until its orders are past their retention', async () => {
    await notedAt(hoursAgo(3), 4, ofAnotherLedger())
    const lost = { from: hoursAgo(5).toISOString(), to: hoursAgo(2).toISOString() }
    await notedAt(hoursAgo(1), 3, drivers.streams, lost)
    expect(await from(4)).toEqual({ position: 3, lost })
    const past = { from: hoursAgo(31 * 24 + 1).toISOString(), to: hoursAgo(31 * 24).toISOString() }
    await notedAt(hoursAgo(1), 4, drivers.streams, past)
    expect(await from(4)).toEqual({ position: 4 })
  })

  test('is nothing where somebody was only late to note a place', async () => {
    await noted(4)
    await noted(1)
    expect(await from(4)).toEqual({ position: 4 })
  })
})

describe('no fact that lies in the ledger has effects', () => {
  test('where nothing is known of what went out', async () => {
    await store().save(0, undefined, 3, [])
    expect(await from()).toEqual({ position: 5, unknownFrom: 0 })
    expect((await store().load(0, [])).checkpoint, 'the history is gone through whole').toBeUndefined()
  })

  test('where a place is noted, and nothing is left of offset and store: those behind it are in doubt', async () => {
    await noted(2)
    expect(await from()).toEqual({ position: 5, unknownFrom: 2 })
  })

  test('where all that is noted is of another ledger, whatever the group has committed', async () => {
    await noted(3, ofAnotherLedger())
    expect(await from(3)).toEqual({ position: 5, unknownFrom: 0 })
  })

  test('and those in doubt stay so until they are named, also for who comes after one that died meanwhile', async () => {
    const first = await from()
    await store().save(0, undefined, 4, [])
    await drivers.streams.append(topics.ledger.name, 0, [{ key: 'request', value: 'new' }])
    expect(await from()).toEqual(first)
    await noted(5)
    await store().save(0, undefined, 5, [])
    expect(await from()).toEqual({ position: 5 })
  })
})
