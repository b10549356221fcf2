import type { CircuitState, ReaderStatus, StatusBody } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import type { ReceivedStatus } from './known-status.ts'
import { operationsView, type Partitions } from './operations-view.ts'

const nowMs = Date.parse('2026-03-02T08:00:00.000Z')
const partitions: Partitions = { count: async () => 4, lagOf: async () => 1_000 }

function heard(process: string, given: Partial<StatusBody> = {}, agoMs = 1_000): ReceivedStatus {
  return {
    heardMs: nowMs - agoMs,
    body: {
      process,
      services: [process],
      instance: `${process}:1`,
      version: '0.1.0',
      upSeconds: 60,
      reasons: [],
      disk: { freeBytes: 9e9, leastBytes: 5e8 },
      readers: [],
      ...given,
    },
  }
}
const view = (...all: readonly ReceivedStatus[]) => operationsView(all, nowMs, partitions)
const reader = (lags: Readonly<Record<number, number>>, given: Partial<ReaderStatus> = {}): ReaderStatus => ({
  group: 'ledger',
  topic: 'freeze.commands',
  partitions: Object.entries(lags).map(([partition, lag]) => ({ partition: Number(partition), lag })),
  ...given,
})

describe('a process', () => {
  test('is ready, or not and why, or late once nothing is heard of it for more than 12 s, whatever it said then', async () => {
    const { processes } = await view(
      heard('ledger', {}, 12_000),
      heard('intake', { reasons: ['no new request is taken'] }),
      heard('dispatch', { reasons: ['was not well'] }, 12_001),
    )
    expect(processes.map(({ process, state, heardAt, reasons }) => [process, state, heardAt, reasons])).toEqual([
      ['dispatch', 'late', '2026-03-02T07:59:47.999Z', ['was not well']],
      ['intake', 'notReady', '2026-03-02T07:59:59.000Z', ['no new request is taken']],
      ['ledger', 'ready', '2026-03-02T07:59:48.000Z', []],
    ])
  })

  test('stays where it is in the list, whatever becomes of it', async () => {
    const order = async (agoMs: number) =>
      (await view(heard('ledger', { instance: 'b:1' }), heard('ledger', { instance: 'a:1' }, agoMs), heard('desk'))).processes.map(
        ({ instance }) => instance,
      )
    expect(await order(1_000)).toEqual(['desk:1', 'a:1', 'b:1'])
    expect(await order(60_000)).toEqual(['desk:1', 'a:1', 'b:1'])
  })
})

test('a service that no process has is missing, and one that is late is not', async () => {
  expect((await view()).missing).toEqual(['intake', 'ledger', 'validation', 'dispatch', 'desk'])
  expect((await view(heard('standalone', { services: ['ledger', 'desk', 'intake'] }), heard('dispatch', {}, 60_000))).missing).toEqual([
    'validation',
  ])
})

describe('a group', () => {
  test('has the lag of all its members, and is behind since the first of them is', async () => {
    const { readers } = await view(
      heard('ledger', { instance: 'a', readers: [reader({ 0: 5, 1: 0 }, { behindSince: '2026-03-02T07:59:00.000Z' })] }),
      heard('ledger', { instance: 'b', readers: [reader({ 2: 7, 3: 1 }, { behindSince: '2026-03-02T07:58:00.000Z' })] }),
    )
    expect(readers).toEqual([
      { group: 'ledger', topic: 'freeze.commands', partitions: 4, unowned: 0, lag: 13, behindSince: '2026-03-02T07:58:00.000Z' },
    ])
  })

  test('of which partitions nobody has is looked up there: its last word would say that all is well', async () => {
    const [one] = (await view(heard('ledger', { readers: [reader({ 0: 5, 1: 0, 2: 0 })] }))).readers
    expect(one).toMatchObject({ unowned: 1, lag: 1_005 })
    const [late] = (await view(heard('ledger', { readers: [reader({ 0: 0, 1: 0, 2: 0, 3: 0 })] }, 60_000))).readers
    expect(late).toMatchObject({ unowned: 4, lag: 4_000 })
  })

  test('has no lag that is told where that of a partition is not known', async () => {
    const unknown = await operationsView([heard('ledger', { readers: [reader({ 0: 5 })] })], nowMs, {
      ...partitions,
      lagOf: async () => undefined,
    })
    expect(unknown.readers).toEqual([{ group: 'ledger', topic: 'freeze.commands', partitions: 4, unowned: 3 }])
  })

  test('is none where each reads for itself: every desk has its own lag, and a late one is not told of', async () => {
    const alone = (lag: number) => ({
      readers: [reader({ 0: lag, 1: 0, 2: 0, 3: 0 }, { group: 'desk', topic: 'freeze.ledger', alone: true })],
    })
    const { readers } = await view(
      heard('desk', { instance: 'b', ...alone(3) }),
      heard('desk', { instance: 'a', ...alone(0) }),
      heard('desk', { instance: 'c', ...alone(0) }, 60_000),
    )
    expect(readers.map(({ instance, lag }) => [instance, lag])).toEqual([
      ['a', 0],
      ['b', 3],
    ])
  })
})

test('recipients of all processes stand together, worst first, and of late ones none', async () => {
  const circuit = (recipient: string, state: CircuitState['state'], waiting: number): CircuitState => ({ recipient, state, waiting })
  const { circuits, circuitsMore } = await view(
    heard('dispatch', { instance: 'a', circuits: { worst: [circuit('One', 'open', 2), circuit('Two', 'closed', 9)], more: 3 } }),
    heard('dispatch', { instance: 'b', circuits: { worst: [circuit('One', 'open', 8), circuit('Three', 'halfOpen', 1)], more: 4 } }),
    heard('dispatch', { instance: 'c', circuits: { worst: [circuit('Late', 'open', 99)], more: 100 } }, 60_000),
  )
  expect(circuits.map(({ recipient, instance, state }) => `${recipient} ${state} ${instance}`)).toEqual([
    'One open b',
    'One open a',
    'Three halfOpen b',
    'Two closed a',
  ])
  expect(circuitsMore).toBe(7)
})
