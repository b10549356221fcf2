import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandType } from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { startParking } from '@holdfast/request-state'
import { createDeadLetters, type Drivers, silentLogger, systemClock } from '@holdfast/runtime'
import { consequenceIdOf, requestIdOf, topics } from '@holdfast/schemas'
import { buildAssignment } from '@holdfast/test-kit/assignment'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ownPartition } from './own-partition.ts'

const requestId = requestIdOf('SG', 'key-1')
const openedAt = '2024-07-23T03:00:00.000Z'
const secondMs = 1000
const dayMs = 86_400 * secondMs

let opened: OpenDrivers
let drivers: Drivers
let nowMs: number
let checks: number
beforeEach(async () => {
  opened = await openDrivers('ledger')
  drivers = opened.drivers
  await drivers.streams.ensureTopics(Object.values(topics))
  nowMs = Date.parse(openedAt)
  checks = 0
})
afterEach(() => opened.close())

/** Owns the partition with a request in it, and processes none of the commands that it publishes, as if blocked. */
async function ownBlocked() {
  const { streams } = drivers
  const clock = { now: () => new Date(nowMs) }
  const logTime = {
    statedAt: (_record: object, said: string) => said,
    dueUntil() {
      checks += 1
      return new Date(nowMs)
    },
  }
  const parking = await startParking({ streams, clock, log: silentLogger }, paymentStop, 'ledger')
  const stopping = new AbortController()
  const worker = await ownPartition(
    {
      workflow: paymentStop,
      streams,
      store: drivers.snapshots('ledger'),
      policy: createPolicy(loadProfiles()),
      clock,
      logTime,
      log: silentLogger,
      deadLetters: createDeadLetters(streams, 'ledger', systemClock, silentLogger),
      parking,
      level: undefined,
      deadlineCheckMs: 2,
    },
    buildAssignment({ topic: topics.commands.name, signal: stopping.signal }),
  )
  const open: Command = {
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, 'open'),
    source: '/test',
    type: commandType('OpenRequest'),
    subject: requestId,
    time: openedAt,
    datacontenttype: 'application/json',
    actor: 'SG/system/ncb',
    data: { request: buildRequest() },
  }
  const record = {
    topic: topics.commands.name,
    partition: 0,
    offset: 0,
    key: requestId,
    value: JSON.stringify(open),
    headers: {},
    timestampMs: 0,
  }
  await worker.onBatch([record])
  return {
    async stop() {
      await worker.close()
      stopping.abort()
      await parking.stop()
    },
  }
}

/** Advances the time in steps, with a check of the deadlines after each. */
async function pass(ms: number, stepMs = secondMs): Promise<void> {
  for (const untilMs = nowMs + ms; nowMs < untilMs; ) {
    nowMs += stepMs
    const before = checks
    // A check starts when the one before it has ended.
    await vi.waitFor(() => expect(checks).toBeGreaterThan(before + 1), { timeout: 10_000, interval: 1 })
  }
}

async function published(): Promise<string[]> {
  const { streams } = drivers
  const ids: string[] = []
  for await (const records of streams.read(topics.commands.name, 0, 0, await streams.endOffset(topics.commands.name, 0)))
    for (const { value } of records) ids.push((JSON.parse(value) as Command).id)
  return ids
}

test('an expired deadline is published once in thirty seconds without an answer, and again after growing pauses', async () => {
  const owner = await ownBlocked()
  nowMs += 30 * dayMs
  await pass(30 * secondMs)
  const first = await published()
  expect(first.length).toBeGreaterThan(0)
  expect(new Set(first).size).toBe(first.length)
  await pass(600 * secondMs, 10 * secondMs)
  expect((await published()).length).toBe(first.length * 4)
  await owner.stop()
})
