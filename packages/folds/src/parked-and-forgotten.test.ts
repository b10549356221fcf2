import { topics } from '@holdfast/schemas'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFoldWorld, definition, type FoldWorld, line, notesOf, parkingOn, type Seen } from '../test/fold-world.ts'
import { askRedrive, type Parking } from './parking.ts'
import type { PartitionFold } from './partition-fold.ts'
import { StateLostError } from './write-behind-store.ts'

// What is parked outlasts the states: a store that forgot, and a version that keeps its states elsewhere, meet requests that were parked before.

const a = '0190a0b0-0000-7000-8000-00000000000a'
const b = '0190a0b0-0000-7000-8000-00000000000b'

let world: FoldWorld
let parking: Parking
const parkingAgain = () => parkingOn(world.streams)

beforeEach(async () => {
  world = await createFoldWorld()
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

/** Throws on what this version can't fold. */
const throwing = {
  fold: (state: Seen | undefined, fact: Parameters<typeof definition.fold>[1], offset: number) => {
    if (JSON.stringify(fact.data).includes('threw')) throw new TypeError('planted')
    return definition.fold(state, fact, offset)
  },
}
const openThrowing = async () => world.open({ ...throwing, parking: await parking.open(0) })
const openMended = async (store = world.store): Promise<{ fold: PartitionFold<Seen>; redriven: string[] }> => {
  const own = await parking.open(0)
  const fold = await world.open({ store, parking: own })
  const redriven: string[] = []
  own.onRedrive(async requestId => void redriven.push(requestId))
  return { fold, redriven }
}

describe('a request that was parked at its third fact', () => {
  beforeEach(async () => {
    await append(a, 1, 'a1')
    await append(b, 1, 'b1')
    await append(a, 2, 'a2')
    await append(a, 3, 'threw')
    await append(a, 4, 'a4')
    await append(b, 2, 'b2')
    const fold = await openThrowing()
    expect(await notesOf(fold, a, b)).toEqual({ [a]: 'a1 a2', [b]: 'b1 b2' })
  })

  test('stands where it stood when the store has forgotten everything, and is whole once it is tried again', async () => {
    await world.store.clear(0)
    const { fold } = await openMended()
    expect(await notesOf(fold, a, b)).toEqual({ [a]: 'a1 a2', [b]: 'b1 b2' })
    await (await fold.retake(a)).save()
    expect(await notesOf(fold, a)).toEqual({ [a]: 'a1 a2 threw a4' })
  })

  test('is as whole for a version that keeps its states elsewhere', async () => {
    const { fold } = await openMended(world.secondStore())
    const batch = await fold.retake(a)
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual([`${a}/3`, `${a}/4`])
    await batch.save()
    expect(await notesOf(fold, a)).toEqual({ [a]: 'a1 a2 threw a4' })
  })
})

test('a redrive that fails is tried again, without anybody asking once more', async () => {
  const own = await parking.open(0)
  await own.park({ requestId: a, offset: 0, reason: 'TypeError: planted' })
  let tries = 0
  own.onRedrive(async () => {
    tries++
    if (tries === 1) throw new Error('the store is away')
  })
  await askRedrive(world.streams, a, 'nightshift', '2024-07-23T03:00:00.000Z')
  expect([...(await parking.beingRedriven(0, [a, b]))]).toEqual([[a, 0]])
  await expect.poll(() => tries, { timeout: 10_000 }).toBe(2)
  own.close()
})

test('a redrive of an owner whose states are lost is left to the next owner, and is tried by that one', async () => {
  const own = await parking.open(0)
  await own.park({ requestId: a, offset: 0, reason: 'TypeError: planted' })
  const lost = new StateLostError('partition 0: the store forgot the checkpoint')
  const asked: Error[] = []
  let tries = 0
  own.onRedrive(
    async () => {
      tries++
      throw lost
    },
    because => void asked.push(because),
  )
  await askRedrive(world.streams, a, 'nightshift', '2024-07-23T03:00:00.000Z')
  await expect.poll(() => asked, { timeout: 10_000 }).toEqual([lost])
  own.close()
  const { redriven } = await openMended()
  expect(redriven).toEqual([a])
  expect([tries, asked.length]).toEqual([1, 1])
})

describe('a request that waits for a version that knows the kind of its fact', () => {
  const waiting = async (type: string) => {
    await append(a, 1, 'a1')
    await append(a, 2, 'threw', type)
    const own = await parking.open(0)
    await own.park({ requestId: a, offset: 1, reason: 'not known', waitsFor: type })
    own.close()
  }

  test('is tried again by itself where that version opens the partition', async () => {
    await waiting('holdfast.fact.v1.OrderAcknowledged')
    const { redriven } = await openMended()
    expect(redriven).toEqual([a])
  })

  test('waits on where an older one opens it', async () => {
    await waiting('holdfast.fact.v1.OfTomorrow')
    const { redriven } = await openMended()
    expect(redriven).toEqual([])
  })
})
