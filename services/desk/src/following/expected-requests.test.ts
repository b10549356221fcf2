import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'
import { type FollowedViews, followViews } from '../../test/followed-views.ts'
import { createHistory } from '../../test/histories.ts'
import { testSecret } from '../../test/secret.ts'
import { openViewFile } from '../view/open-view-file.ts'
import { createExpectedRequests, type ExpectedRequests } from './expected-requests.ts'

let folder: string
let desks: Desks
let file: SqliteFile
let desk: FollowedViews
let expected: ExpectedRequests

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-expected-'))
  desks = await openDesks(1)
  // The first desk makes the topics.
  await desks.start('first')
  const { streams } = desks
  file = openViewFile(join(folder, 'desk.sqlite'), silentLogger, testSecret)
  desk = await followViews(streams, file)
  expected = createExpectedRequests(desk.views, desk.followed.arrivals)
})
afterEach(async () => {
  await desk.stop()
  await file.close()
  await desks.close()
  rmSync(folder, { recursive: true })
})

const nobodys = (number: number) => `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`
async function timed<T>(work: Promise<T>) {
  const begunMs = performance.now()
  return { value: await work, ms: performance.now() - begunMs }
}

test('a request that was accepted a moment ago is found by each of its countries once its first fact is here', async () => {
  const history = createHistory(buildRequestNumber(1))
  const found = ['SG', 'TL', 'SG'].map(country => expected.find(history.requestId, country))
  await desks.write(...history.facts)
  for (const view of await Promise.all(found)) expect(view?.requestId).toBe(history.requestId)
})

test('another country waits for it as long as for an id that nobody has, whatever happens to it meanwhile', async () => {
  const history = createHistory(buildRequestNumber(1))
  const asked = [history.requestId, nobodys(0)].map(id => timed(expected.find(id, 'FR')))
  const own = expected.find(history.requestId, 'SG')
  await desks.write(...history.facts)
  expect(await own).toBeDefined()
  for (const { value, ms } of await Promise.all(asked)) {
    expect(value).toBeUndefined()
    expect(ms).toBeGreaterThan(1_900)
  }
})

test('of one country 32 ids are waited for at once; it is told of the others at once, and stands in nobody’s way', async () => {
  const flood = Array.from({ length: 32 }, (_, number) => expected.find(nobodys(number), 'FR'))
  const history = createHistory(buildRequestNumber(1))
  const own = expected.find(history.requestId, 'SG')
  const waiting = Promise.race([...flood, 'all wait'])
  expect(await Promise.race([expected.find(nobodys(32), 'FR'), waiting])).toBeUndefined()
  expect(await waiting).toBe('all wait')
  await desks.write(...history.facts)
  expect(await own).toBeDefined()
  // Their places are free again.
  expect(await Promise.all(flood)).toEqual(flood.map(() => undefined))
  expect(await Promise.race([expected.find(nobodys(33), 'FR'), 'it waits'])).toBe('it waits')
})
