import { paymentStop } from '@holdfast/payment-stop'
import { recordDispatched } from '@holdfast/request-state'
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
  recordDispatched(streams, topics, new Date(), 0, { what: 'dispatched', position })
const store = () => drivers.snapshots('dispatch')
const from = (committed = 0) =>
  effectsFrom({ workflow: paymentStop, streams: drivers.streams, store: store(), clock: systemClock }, 0, committed)

/** The streams from before the truncation, with other records where the ledger has its own now. */
const ofAnotherLedger = (): Streams => ({
  ...drivers.streams,
  async *read(topic, partition, first) {
    yield [{ topic, partition, offset: first, key: '', value: 'another fact', headers: {}, timestampMs: 0 } satisfies StreamRecord]
  },
})

describe('facts have effects', () => {
  test('from the first one, if the ledger is new and dispatch starts late', async () => {
    await noted(0)
    expect(await from()).toEqual({ position: 0 })
  })

  test('from the recorded offset, if the committed offset still exists', async () => {
    await noted(2)
    expect(await from(3)).toEqual({ position: 2 })
  })

  test('from the recorded offset, if the store still exists', async () => {
    await noted(2)
    await store().save(0, undefined, 3, [])
    expect(await from()).toEqual({ position: 2 })
  })

  test('from the committed offset, in an engine from before the dispatch record', async () => {
    expect(await from(3)).toEqual({ position: 3 })
  })

  test('from the highest recorded offset, even if a delayed writer recorded a lower one', async () => {
    await noted(4)
    await noted(1)
    expect(await from(4)).toEqual({ position: 4 })
  })

  test('from the last recorded offset that a truncated ledger still has, even if it has grown again', async () => {
    await noted(2)
    await noted(4, ofAnotherLedger())
    expect(await from(4)).toMatchObject({ position: 2 })
  })
})

describe('the period whose messages may belong to lost facts', () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
  const recordedAt = (at: Date, position: number, streams: Streams = drivers.streams, lost?: { from: string; to: string }) =>
    recordDispatched(streams, topics, at, 0, { what: 'dispatched', position, ...(lost ? { lost } : {}) })

  test('starts at the last record that matches the ledger and ends now', async () => {
    const last = hoursAgo(3)
    await recordedAt(last, 2)
    await recordedAt(hoursAgo(2), 4, ofAnotherLedger())
    const { lost } = await from(4)
    expect(lost?.from).toBe(last.toISOString())
    expect(Date.parse(lost?.to ?? '')).toBeGreaterThan(Date.now() - 60_000)
  })

  test('stays known to later owners until its orders have left their topics', async () => {
    await recordedAt(hoursAgo(3), 4, ofAnotherLedger())
    const lost = { from: hoursAgo(5).toISOString(), to: hoursAgo(2).toISOString() }
    await recordedAt(hoursAgo(1), 3, drivers.streams, lost)
    expect(await from(4)).toEqual({ position: 3, lost })
    const past = { from: hoursAgo(31 * 24 + 1).toISOString(), to: hoursAgo(31 * 24).toISOString() }
    await recordedAt(hoursAgo(1), 4, drivers.streams, past)
    expect(await from(4)).toEqual({ position: 4 })
  })

  test('does not exist if a writer was only delayed', async () => {
    await noted(4)
    await noted(1)
    expect(await from(4)).toEqual({ position: 4 })
  })
})

describe('no fact in the ledger has effects', () => {
  test('if there is no record of what was sent', async () => {
    await store().save(0, undefined, 3, [])
    expect(await from()).toEqual({ position: 5, unknownFrom: 0 })
    expect((await store().load(0, [])).snapshotOffset, 'the whole history is read').toBeUndefined()
  })

  test('if only the recorded offset is left: facts after it are in doubt', async () => {
    await noted(2)
    expect(await from()).toEqual({ position: 5, unknownFrom: 2 })
  })

  test('if all records are of another ledger, whatever offset is committed', async () => {
    await noted(3, ofAnotherLedger())
    expect(await from(3)).toEqual({ position: 5, unknownFrom: 0 })
  })

  test('and facts stay in doubt until they are listed, also after a crash in between', async () => {
    const first = await from()
    await store().save(0, undefined, 4, [])
    await drivers.streams.append(topics.ledger.name, 0, [{ key: 'request', value: 'new' }])
    expect(await from()).toEqual(first)
    await noted(5)
    await store().save(0, undefined, 5, [])
    expect(await from()).toEqual({ position: 5 })
  })
})
