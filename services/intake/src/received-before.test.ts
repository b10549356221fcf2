import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stateSpace } from '@holdfast/folds'
import { decide, fold, serializeSnapshot } from '@holdfast/lifecycle'
import { createPolicy, loadProfiles } from '@holdfast/profiles'
import { type Command, topics } from '@holdfast/schemas'
import { configSchemaWithPort, createDrivers, type Drivers, silentLogger, systemClock } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import { buildRequest } from '@holdfast/test-kit/requests'
import { chainFact } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acceptRequest } from './accept-request.ts'
import { createReceivedBefore, type ReceivedBefore } from './received-before.ts'

const requestId = '1686c484-27d6-5724-b91c-56bd7df6cc3c'
const receivedAt = '2024-07-23T02:25:00.000Z'
const { record } = acceptRequest({
  requestId,
  sender: { country: 'SG', role: 'system', person: 'ncb' },
  request: buildRequest(),
  receivedAt,
})
const decision = decide(undefined, JSON.parse(record.value) as Command, createPolicy(loadProfiles()))
if (decision.outcome !== 'fact') throw new Error(`opened by no fact: ${JSON.stringify(decision)}`)
const opened = chainFact(decision.fact)
const { snapshot } = fold(undefined, opened)
if (!snapshot) throw new Error('the fact opens nothing')
const state = serializeSnapshot(snapshot)

let folder: string
let drivers: Drivers
/** As the ledger's owner has it. */
let store: SnapshotStore
let receivedBefore: ReceivedBefore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-intake-'))
  const config = configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder, HOLDFAST_PARTITIONS: 1 })
  drivers = await createDrivers(config, 'intake', systemClock, silentLogger)
  await drivers.streams.ensureTopics(Object.values(topics))
  store = drivers.snapshots(stateSpace('ledger'))
  receivedBefore = createReceivedBefore(drivers)
})
afterEach(async () => {
  await drivers.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = () => drivers.streams.append(topics.ledger.name, 0, [{ key: requestId, value: JSON.stringify(opened) }])
const save = () => store.save(0, undefined, 1, [{ id: requestId, snapshot: state }])
const ask = async () => [...(await receivedBefore([requestId, 'another']))]
async function timed<T>(work: () => Promise<T>) {
  const begunMs = performance.now()
  return { value: await work(), ms: performance.now() - begunMs }
}

test('a request that the ledger has opened was received when its first fact says; of any other nothing is known, at once', async () => {
  expect(await timed(ask)).toEqual({ value: [], ms: expect.closeTo(0, -3) })
  await open()
  await save()
  expect(await ask()).toEqual([[requestId, receivedAt]])
})

test('a store that was lost is waited for until its owner has folded it again', async () => {
  await open()
  const asked = [ask(), ask()]
  await save()
  expect(await Promise.all(asked)).toEqual([[[requestId, receivedAt]], [[requestId, receivedAt]]])
})

test('a store that stays lost holds nobody up for long, and only once; it is read again when it is back, and waited for when it is lost again', async () => {
  await open()
  expect((await timed(ask)).ms).toBeGreaterThan(1_900)
  expect(await timed(ask)).toEqual({ value: [], ms: expect.closeTo(0, -3) })
  await save()
  expect(await ask()).toEqual([[requestId, receivedAt]])
  await store.clear(0)
  const asked = ask()
  await save()
  expect(await asked).toEqual([[requestId, receivedAt]])
})
