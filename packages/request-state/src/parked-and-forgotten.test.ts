import { topics } from '@holdfast/schemas'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createPartitionHarness,
  definition,
  line,
  notesOf,
  type PartitionHarness,
  parkingOn,
  type Seen,
} from '../test/partition-harness.ts'
import { type Parking, requestRedrive } from './parking.ts'
import type { PartitionState } from './partition-state.ts'
import { StateLostError } from './write-behind-store.ts'

// Parked requests outlast the states: a store that lost its states, and a version with other states, meet earlier
// parked requests.

const a = '0190a0b0-0000-7000-8000-00000000000a'
const b = '0190a0b0-0000-7000-8000-00000000000b'

let world: PartitionHarness
let parking: Parking
const parkingAgain = () => parkingOn(world.streams)

beforeEach(async () => {
  world = await createPartitionHarness()
  parking = await parkingAgain()
})
afterEach(async () => {
  await parking.stop()
  await world.close()
})

const append = (subject: string, sequence: number, note: string, type?: string) => {
  const value = line(subject, sequence, { note })
  return world.streams.append(topics.ledger.name, 0, [
    { key: subject, value: type ? value.replace('holdfast.fact.v1.InterimReported', type) : value },
  ])
}

/** Throws on a fact that this version cannot apply. */
const throwing = {
  evolve: (state: Seen | undefined, fact: Parameters<typeof definition.evolve>[1], offset: number) => {
    if (JSON.stringify(fact.data).includes('threw')) throw new TypeError('planted')
    return definition.evolve(state, fact, offset)
  },
}
const openThrowing = async () => world.open({ ...throwing, parking: await parking.open(0) })
const openRepaired = async (store = world.store): Promise<{ partition: PartitionState<Seen>; redriven: string[] }> => {
  const own = await parking.open(0)
  const partition = await world.open({ store, parking: own })
  const redriven: string[] = []
  own.onRedrive(async requestId => void redriven.push(requestId))
  return { partition, redriven }
}

describe('a request that was parked at its third fact', () => {
  beforeEach(async () => {
    await append(a, 1, 'a1')
    await append(b, 1, 'b1')
    await append(a, 2, 'a2')
    await append(a, 3, 'threw')
    await append(a, 4, 'a4')
    await append(b, 2, 'b2')
    const partition = await openThrowing()
    expect(await notesOf(partition, a, b)).toEqual({ [a]: 'a1 a2', [b]: 'b1 b2' })
  })

  test('keeps its state when the store has lost everything, and is complete after a redrive', async () => {
    await world.store.clear(0)
    const { partition } = await openRepaired()
    expect(await notesOf(partition, a, b)).toEqual({ [a]: 'a1 a2', [b]: 'b1 b2' })
    await (await partition.applySkipped(a)).save()
    expect(await notesOf(partition, a)).toEqual({ [a]: 'a1 a2 threw a4' })
  })

  test('is complete after a redrive for a version with other states', async () => {
    const { partition } = await openRepaired(world.secondStore())
    const batch = await partition.applySkipped(a)
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual([`${a}/3`, `${a}/4`])
    await batch.save()
    expect(await notesOf(partition, a)).toEqual({ [a]: 'a1 a2 threw a4' })
  })
})

test('a redrive that fails is retried without another request for it', async () => {
  const own = await parking.open(0)
  await own.park({ requestId: a, offset: 0, reason: 'TypeError: planted' })
  let tries = 0
  own.onRedrive(async () => {
    tries++
    if (tries === 1) throw new Error('the store is away')
  })
  await requestRedrive(world.streams, a, 'nightshift', '2024-07-23T03:00:00.000Z')
  expect([...(await parking.beingRedriven(0, [a, b]))]).toEqual([[a, 0]])
  await expect.poll(() => tries, { timeout: 10_000 }).toBe(2)
  own.close()
})

test('a redrive of an owner whose states are lost is done by the next owner', async () => {
  const own = await parking.open(0)
  await own.park({ requestId: a, offset: 0, reason: 'TypeError: planted' })
  const lost = new StateLostError('partition 0: the store lost its snapshot offset')
  const asked: Error[] = []
  let tries = 0
  own.onRedrive(
    async () => {
      tries++
      throw lost
    },
    because => void asked.push(because),
  )
  await requestRedrive(world.streams, a, 'nightshift', '2024-07-23T03:00:00.000Z')
  await expect.poll(() => asked, { timeout: 10_000 }).toEqual([lost])
  own.close()
  const { redriven } = await openRepaired()
  expect(redriven).toEqual([a])
  expect([tries, asked.length]).toEqual([1, 1])
})

describe('a request that waits for a version that knows the type of its fact', () => {
  const waiting = async (type: string) => {
    await append(a, 1, 'a1')
    await append(a, 2, 'threw', type)
    const own = await parking.open(0)
    await own.park({ requestId: a, offset: 1, reason: 'not known', waitsFor: type })
    own.close()
  }

  test('is redriven when that version opens the partition', async () => {
    await waiting('holdfast.fact.v1.OrderAcknowledged')
    const { redriven } = await openRepaired()
    expect(redriven).toEqual([a])
  })

  test('still waits when an older version opens it', async () => {
    await waiting('holdfast.fact.v1.OfTomorrow')
    const { redriven } = await openRepaired()
    expect(redriven).toEqual([])
  })
})
