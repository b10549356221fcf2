import { stateSpaceOf } from '@holdfast/core'
import { paymentStop } from '@holdfast/payment-stop'
import type { Command } from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { decide, evolve, serializeSnapshot } from '@holdfast/payment-stop/lifecycle'
import type { Drivers } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequest } from '@holdfast/test-kit/requests'
import { chainFact } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { acceptRequest } from './accept-request.ts'
import { createReceivedBefore, type ReceivedBefore } from './received-before.ts'

const requestId = '1686c484-27d6-5724-b91c-56bd7df6cc3c'
const receivedAt = '2024-07-23T02:25:00.000Z'
const { record } = acceptRequest({
  workflow: paymentStop,
  requestId,
  sender: { country: 'SG', role: 'system', person: 'ncb' },
  document: buildRequest(),
  receivedAt,
})
const decision = decide(undefined, JSON.parse(record.value) as Command, createPolicy(loadProfiles()))
if (decision.outcome !== 'fact') throw new Error(`opened by no fact: ${JSON.stringify(decision)}`)
const opened = chainFact(decision.fact)
const { snapshot } = evolve(undefined, opened)
if (!snapshot) throw new Error('the fact opens nothing')
const state = serializeSnapshot(snapshot)

let backends: OpenDrivers
let drivers: Drivers
/** As the ledger's owner sees it. */
let store: SnapshotStore
let receivedBefore: ReceivedBefore
/** As a newly started intake sees it. */
let start: () => Promise<void>
/** Reads of the store. A caller that waits reads repeatedly. */
let loads: number
const loadsAtOnce = 3
/** Whether other processes save states in the same store, as in Redis. */
let isShared: boolean
beforeEach(async () => {
  backends = await openDrivers('intake')
  drivers = backends.drivers
  await drivers.streams.ensureTopics(Object.values(topics))
  store = drivers.snapshots(stateSpaceOf(paymentStop, 'ledger'))
  loads = 0
  isShared = false
  const { streams } = drivers
  const snapshots: Drivers['snapshots'] = space => {
    const of = drivers.snapshots(space)
    return {
      ...of,
      get isShared() {
        return isShared
      },
      load(...lookup) {
        loads++
        return of.load(...lookup)
      },
    }
  }
  start = async () => {
    receivedBefore = await createReceivedBefore(paymentStop, { streams, snapshots })
  }
  await start()
})
afterEach(() => backends.close())

const open = () => drivers.streams.append(topics.ledger.name, 0, [{ key: requestId, value: JSON.stringify(opened) }])
const save = () => store.save(0, undefined, 1, [{ id: requestId, snapshot: state }])
/** The owner of an empty partition saves a snapshot offset before the first fact. */
const ownerOpens = () => store.save(0, undefined, 0, [])
const ask = async () => [...(await receivedBefore([requestId, 'another']))]
test('a request that the ledger has opened has the instant of its first fact; others are unknown at once', async () => {
  expect(await ask()).toEqual([])
  expect(loads).toBeLessThanOrEqual(loadsAtOnce)
  await open()
  await save()
  expect(await ask()).toEqual([[requestId, receivedAt]])
})

test('a store that has not saved the first facts since a start is not considered lost', async () => {
  await ownerOpens()
  await start()
  await open()
  expect(await ask()).toEqual([])
  expect(await ask()).toEqual([])
  expect(loads).toBeLessThanOrEqual(2 * loadsAtOnce)
})

test('a lookup waits for a store that is lost within a second of a start', async () => {
  await ownerOpens()
  await start()
  await open()
  await store.clear(0)
  const lookup = ask()
  await save()
  expect(await lookup).toEqual([[requestId, receivedAt]])
})

test('a lookup waits for a lost store until its owner has rebuilt it', async () => {
  await open()
  await start()
  const lookup = [ask(), ask()]
  await save()
  expect(await Promise.all(lookup)).toEqual([[[requestId, receivedAt]], [[requestId, receivedAt]]])
})

test('a store that stays lost delays lookups once and briefly; it is read when it is back, and waited for after another loss', async () => {
  await open()
  await start()
  expect(await ask()).toEqual([])
  expect(loads).toBeGreaterThan(loadsAtOnce)
  loads = 0
  expect(await ask()).toEqual([])
  expect(loads).toBeLessThanOrEqual(loadsAtOnce)
  await save()
  expect(await ask()).toEqual([[requestId, receivedAt]])
  await store.clear(0)
  const lookup = ask()
  await save()
  expect(await lookup).toEqual([[requestId, receivedAt]])
})

test('a lookup waits for a shared store that was restored from an older backup, until its owner has added the missing facts', async () => {
  isShared = true
  await store.save(0, undefined, 0, [])
  expect(await ask()).toEqual([])
  await open()
  const { now } = performance
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 60_000)
  loads = 0
  const lookup = ask()
  // It has read the older store.
  await vi.waitFor(() => expect(loads).toBeGreaterThan(0), { timeout: 10_000, interval: 1 })
  await store.save(0, 0, 1, [{ id: requestId, snapshot: state }])
  expect(await lookup).toEqual([[requestId, receivedAt]])
  later.mockRestore()
})
