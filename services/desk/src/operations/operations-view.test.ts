import type { CircuitState, ReaderStatus, StatusBody } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import type { ReceivedStatus } from './known-status.ts'
import { operationsView, type Partitions } from './operations-view.ts'

const nowMs = Date.parse('2026-03-02T08:00:00.000Z')
const partitions: Partitions = { count: async () => 4, lagOf: async () => 1_000 }

function status(process: string, overrides: Partial<StatusBody> = {}, agoMs = 1_000): ReceivedStatus {
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
      ...overrides,
    },
  }
}
const view = (...all: readonly ReceivedStatus[]) => operationsView(all, nowMs, partitions)
const reader = (lags: Readonly<Record<number, number>>, overrides: Partial<ReaderStatus> = {}): ReaderStatus => ({
  group: 'ledger',
  topic: 'freeze.commands',
  partitions: Object.entries(lags).map(([partition, lag]) => ({ partition: Number(partition), lag })),
  ...overrides,
})

describe('a process', () => {
  test('is ready, or not ready with the reasons, or late after 12 s of silence', async () => {
    const { processes } = await view(
      status('ledger', {}, 12_000),
      status('intake', { reasons: ['new requests are refused'] }),
      status('dispatch', { reasons: ['was not well'] }, 12_001),
    )
    expect(processes.map(({ process, state, heardAt, reasons }) => [process, state, heardAt, reasons])).toEqual([
      ['dispatch', 'late', '2026-03-02T07:59:47.999Z', ['was not well']],
      ['intake', 'notReady', '2026-03-02T07:59:59.000Z', ['new requests are refused']],
      ['ledger', 'ready', '2026-03-02T07:59:48.000Z', []],
    ])
  })

  test('keeps its position in the list in every state', async () => {
    const order = async (agoMs: number) =>
      (await view(status('ledger', { instance: 'b:1' }), status('ledger', { instance: 'a:1' }, agoMs), status('desk'))).processes.map(
        ({ instance }) => instance,
      )
    expect(await order(1_000)).toEqual(['desk:1', 'a:1', 'b:1'])
    expect(await order(60_000)).toEqual(['desk:1', 'a:1', 'b:1'])
  })
})

test('a service without a process is missing, and a late one is not', async () => {
  expect((await view()).missing).toEqual(['intake', 'ledger', 'validation', 'dispatch', 'desk'])
  expect((await view(status('standalone', { services: ['ledger', 'desk', 'intake'] }), status('dispatch', {}, 60_000))).missing).toEqual([
    'validation',
  ])
})

describe('a group', () => {
  test('has the lag of all its members, and is behind since its first member is', async () => {
    const { readers } = await view(
      status('ledger', { instance: 'a', readers: [reader({ 0: 5, 1: 0 }, { behindSince: '2026-03-02T07:59:00.000Z' })] }),
      status('ledger', { instance: 'b', readers: [reader({ 2: 7, 3: 1 }, { behindSince: '2026-03-02T07:58:00.000Z' })] }),
    )
    expect(readers).toEqual([
      { group: 'ledger', topic: 'freeze.commands', partitions: 4, unowned: 0, lag: 13, behindSince: '2026-03-02T07:58:00.000Z' },
    ])
  })

  test('with unowned partitions gets their lag from the log, because its last status would look healthy', async () => {
    const [one] = (await view(status('ledger', { readers: [reader({ 0: 5, 1: 0, 2: 0 })] }))).readers
    expect(one).toMatchObject({ unowned: 1, lag: 1_005 })
    const [late] = (await view(status('ledger', { readers: [reader({ 0: 0, 1: 0, 2: 0, 3: 0 })] }, 60_000))).readers
    expect(late).toMatchObject({ unowned: 4, lag: 4_000 })
  })

  test('shows no lag if that of a partition is unknown', async () => {
    const unknown = await operationsView([status('ledger', { readers: [reader({ 0: 5 })] })], nowMs, {
      ...partitions,
      lagOf: async () => undefined,
    })
    expect(unknown.readers).toEqual([{ group: 'ledger', topic: 'freeze.commands', partitions: 4, unowned: 3 }])
  })

  test('does not combine desks: each has its own lag, and late ones are left out', async () => {
    const alone = (lag: number) => ({
      readers: [reader({ 0: lag, 1: 0, 2: 0, 3: 0 }, { group: 'desk', topic: 'freeze.ledger', alone: true })],
    })
    const { readers } = await view(
      status('desk', { instance: 'b', ...alone(3) }),
      status('desk', { instance: 'a', ...alone(0) }),
      status('desk', { instance: 'c', ...alone(0) }, 60_000),
    )
    expect(readers.map(({ instance, lag }) => [instance, lag])).toEqual([
      ['a', 0],
      ['b', 3],
    ])
  })
})

test('recipients of all processes are listed together, worst first, without those of late processes', async () => {
  const circuit = (recipient: string, state: CircuitState['state'], waiting: number): CircuitState => ({ recipient, state, waiting })
  const { circuits, circuitsMore } = await view(
    status('dispatch', { instance: 'a', circuits: { worst: [circuit('One', 'open', 2), circuit('Two', 'closed', 9)], more: 3 } }),
    status('dispatch', { instance: 'b', circuits: { worst: [circuit('One', 'open', 8), circuit('Three', 'halfOpen', 1)], more: 4 } }),
    status('dispatch', { instance: 'c', circuits: { worst: [circuit('Late', 'open', 99)], more: 100 } }, 60_000),
  )
  expect(circuits.map(({ recipient, instance, state }) => `${recipient} ${state} ${instance}`)).toEqual([
    'One open b',
    'One open a',
    'Three halfOpen b',
    'Two closed a',
  ])
  expect(circuitsMore).toBe(7)
})
