import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'
import { createHistory } from '../../test/histories.ts'
import { testSecret } from '../../test/secret.ts'
import { type UpdatedProjection, updateProjection } from '../../test/updated-projection.ts'
import { joinLedgers } from '../ledgers/joined-ledgers.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'
import { openProjectionFile } from '../projection/open-projection-file.ts'
import { createDecidedCommands } from './decided-commands.ts'
import { createExpectedRequests, type ExpectedRequests, ProjectionBehindError } from './expected-requests.ts'

const version = paymentStop.stateVersions.desk

let folder: string
let desks: Desks
let file: SqliteFile
let desk: UpdatedProjection
let expected: ExpectedRequests

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-expected-'))
  desks = await openDesks(1)
  // The first desk creates the topics.
  await desks.start('first')
  const { streams } = desks
  file = openProjectionFile(join(folder, 'desk.sqlite'), silentLogger, testSecret, { version })
  desk = await updateProjection(streams, file)
  expected = await expecting()
})
afterEach(async () => {
  await desk.stop()
  await file.close()
  await desks.close()
  rmSync(folder, { recursive: true })
})

const expecting = async (withinMs?: number) => {
  const decided = createDecidedCommands(desks.streams, await joinLedgers(desks.streams, [paymentStopDesk]), desk.views)
  return createExpectedRequests({
    views: desk.views,
    arrivals: desk.followed.arrivals,
    decided,
    ...(withinMs === undefined ? {} : { withinMs }),
  })
}
const unknownId = (number: number) => `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`
/** A command is accepted, and the ledger has not decided it. */
const accept = (key: string) => desks.streams.publish(topics.commands.name, [{ key, value: '{}' }])
/** The ledger has decided all accepted commands. */
const decideAll = async () => {
  const end = await desks.streams.endOffset(topics.commands.name, 0)
  await desks.streams.setPositions('ledger', topics.commands.name, new Map([[0, end]]))
}

test('both countries find a request accepted a moment ago once its first fact has arrived', async () => {
  const history = createHistory(buildRequestNumber(1))
  await accept(history.requestId)
  const found = ['SG', 'TL', 'SG'].map(country => expected.find(history.requestId, country))
  await desks.write(...history.facts)
  for (const view of await Promise.all(found)) expect(view?.requestId).toBe(history.requestId)
})

test('a request that the ledger decides late is found once the desk has read it', async () => {
  const history = createHistory(buildRequestNumber(1))
  await accept(history.requestId)
  const found = expected.find(history.requestId, 'SG')
  expect(await Promise.race([found, nextLook().then(() => 'it waits')])).toBe('it waits')
  await desks.write(...history.facts)
  await decideAll()
  expect(await found).toMatchObject({ requestId: history.requestId })
})

test('an unknown id is answered as soon as the desk has read all accepted commands', async () => {
  expect(await expected.find(unknownId(0), 'FR')).toBeUndefined()
})

test('another country waits as long as for an unknown id, whatever happens to the request meanwhile', async () => {
  const history = createHistory(buildRequestNumber(1))
  await accept(history.requestId)
  const answers = [history.requestId, unknownId(0)].map(id => expected.find(id, 'FR'))
  const own = expected.find(history.requestId, 'SG')
  await desks.write(...history.facts)
  expect(await own).toBeDefined()
  expect(await Promise.race([...answers, nextLook().then(() => 'both wait')])).toBe('both wait')
  await decideAll()
  expect(await Promise.all(answers)).toEqual([undefined, undefined])
})

test('a desk that is not up to date in time never answers that a request is unknown', async () => {
  const history = createHistory(buildRequestNumber(1))
  await accept(history.requestId)
  await expect((await expecting(300)).find(history.requestId, 'SG')).rejects.toThrow(ProjectionBehindError)
})

test('a country can wait for 32 ids at once; further ids are answered at once, and other countries are not affected', async () => {
  const history = createHistory(buildRequestNumber(1))
  await accept(history.requestId)
  const flood = Array.from({ length: 32 }, (_, number) => expected.find(unknownId(number), 'FR'))
  await nextLook()
  const own = expected.find(history.requestId, 'SG')
  await expect(expected.find(unknownId(32), 'FR')).rejects.toThrow(ProjectionBehindError)
  await desks.write(...history.facts)
  expect(await own).toBeDefined()
  await decideAll()
  // The waits of the country have ended.
  expect(await Promise.all(flood)).toEqual(flood.map(() => undefined))
  await accept(unknownId(33))
  const later = expected.find(unknownId(33), 'FR')
  expect(await Promise.race([later, nextLook().then(() => 'it waits')])).toBe('it waits')
  await decideAll()
  expect(await later).toBeUndefined()
})

/** A waiting caller checks ten times a second, and has checked once more by then. */
const nextLook = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 250))
