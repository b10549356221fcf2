import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/runtime'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams, type Streams } from '@holdfast/streams'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchEndedSessions } from './watch-ended-sessions.ts'

let now = new Date('2026-03-02T08:00:00Z')
const endsAt = new Date('2026-03-02T16:00:00Z')
const clock = { now: () => now }
let folder: string
let streams: Streams
const closings: Array<() => Promise<void>> = []

beforeEach(() => {
  now = new Date('2026-03-02T08:00:00Z')
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sessions-'))
  const file = openSqlite(join(folder, 'streams.sqlite'), { durable: false })
  streams = createEmbeddedStreams({ file, partitions: 1 })
  closings.push(
    () => file.close(),
    () => streams.close(),
  )
})
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
  rmSync(folder, { recursive: true })
})

async function startProcess(given: Streams = streams) {
  const watch = await watchEndedSessions({ streams: given, clock, log: silentLogger, everyMs: 10 })
  closings.push(watch.stop)
  return watch
}

test('a session that one process ends is ended at all others, even at one that starts later', async () => {
  const [here, there] = [await startProcess(), await startProcess()]
  const [sessionId, other] = [randomUUID(), randomUUID()]
  await here.add({ sessionId, endsAt })
  expect(here.has(sessionId)).toBe(true)
  await vi.waitFor(() => expect(there.has(sessionId)).toBe(true), 10_000)
  expect((await startProcess()).has(sessionId)).toBe(true)
  expect(there.has(other)).toBe(false)
})

test('a process that cannot read uses the sign-outs that it knows, and continues reading later', async () => {
  let isAway = false
  const away: Streams = {
    ...streams,
    endOffset: async (...given) => (isAway ? Promise.reject(new Error('away')) : streams.endOffset(...given)),
  }
  const [here, there] = [await startProcess(), await startProcess(away)]
  const [first, second] = [randomUUID(), randomUUID()]
  await here.add({ sessionId: first, endsAt })
  await vi.waitFor(() => expect(there.has(first)).toBe(true), 10_000)
  isAway = true
  await here.add({ sessionId: second, endsAt })
  expect(there.has(first)).toBe(true)
  isAway = false
  await vi.waitFor(() => expect(there.has(second)).toBe(true), 10_000)
})

test('an expired session is forgotten', async () => {
  const watch = await startProcess()
  const sessionId = randomUUID()
  await watch.add({ sessionId, endsAt })
  now = endsAt
  await vi.waitFor(() => expect(watch.has(sessionId)).toBe(false), 10_000)
})
