import { paymentStop } from '@holdfast/payment-stop'
import { configSchemaWithPort, silentLogger, systemClock } from '@holdfast/runtime'
import { deterministicId, featureLevelKey, featureLevelRaisedType, topics } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { createMemoryStores } from '@holdfast/test-kit/memory-stores'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLedger } from './app.ts'

test('the service releases a ledger of a newer version, also if it detects that during its start', async () => {
  const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
  const streams = createMemoryStreams({ log })
  await streams.ensureTopics(Object.values(topics))
  const raised = { specversion: '1.0', id: deterministicId('level', 0, 99), source: '/holdfast/ledger', type: featureLevelRaisedType }
  const event = { ...raised, time: new Date().toISOString(), datacontenttype: 'application/json', data: { level: 99 } }
  await streams.append(topics.ledger.name, 0, [{ key: featureLevelKey, value: JSON.stringify(event) }])
  const notes: (readonly [string, string | undefined])[] = []
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warned.mockRestore())
  const context: Partial<ServiceContext> = {
    streams: {
      ...streams,
      async stage(options) {
        const stage = await streams.stage(options)
        await expect.poll(() => notes.length + warned.mock.calls.length).toBeGreaterThan(0)
        return stage
      },
    },
    snapshots: createMemoryStores({ nowMs: Date.now }).snapshots,
    profilesOf: workflow => workflow.loadProfiles(),
    clock: systemClock,
    logTime: {
      nowMs: Date.now,
      dueUntil: systemClock.now,
      recordedAtMs: ({ timestampMs }) => timestampMs,
      statedAt: (_record, said) => said,
    },
    log: silentLogger,
    config: configSchemaWithPort(0).parse({ HOLDFAST_DATA: '/nowhere' }),
    readiness: { note: (name, why) => void notes.push([name, why]), ask: () => undefined },
  }
  const stack = new AsyncDisposableStack()
  await createLedger(paymentStop).start(context as ServiceContext, stack)
  await stack.disposeAsync()
  expect([notes, warned.mock.calls]).toEqual([[['level', expect.stringContaining('is at level 99')]], []])
  await streams.close()
})
