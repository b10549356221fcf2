import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { belowBudgets } from './budgets.ts'
import { parts, readOptions } from './options.ts'
import { pictureOf } from './picture.ts'
import { type Figures, figuresOf } from './report.ts'
import type { TargetResult } from './run-target.ts'
import { ratiosOf, spreadOf, summarise } from './summary.ts'

const closed = 'closed loop, 200 outstanding'
const open = 'open loop, 20 a second'
const times = (p50: number, p99: number) => ({ p50, p99, max: p99, count: 100 })

/** A part in one round: lifecycles a second, and in the open loop milliseconds to the order. */
function result(name: string, perSecond: number, p50: number, p99: number): TargetResult {
  const measured = {
    seconds: 8,
    recovered: 100,
    foreignCpuPercent: 1,
    viewBehindMs: undefined,
    cpuMsPerLifecycle: { engine: 2, redis: 1, load: 9 },
  }
  return {
    name,
    durability: {},
    loads: [
      {
        ...measured,
        load: closed,
        window: 200,
        lifecyclesPerSecond: perSecond,
        submitToOrder: times(50, 90),
        submitToRecovered: times(100, 190),
      },
      {
        ...measured,
        load: open,
        ratePerSecond: 20,
        lifecyclesPerSecond: 20,
        submitToOrder: times(p50, p99),
        submitToRecovered: times(9, 19),
      },
    ],
    peakBytes: { engine: 5e6 },
    sent: { unique: 1, again: 0, retried: 0, failed: 0, statuses: {} },
    faults: [],
  }
}

/** The machine is twice as fast in the second round, and half as fast in the third. */
const rounds = [
  [result('embedded', 600, 3, 9), result('bullmq', 400, 6, 10)],
  [result('embedded', 1400, 2, 4), result('bullmq', 800, 3, 5)],
  [result('embedded', 200, 8, 30), result('bullmq', 200, 10, 10)],
]

test('the median, the least and the most of the measured values', () => {
  expect(spreadOf([5, 1, 9])).toEqual({ median: 5, least: 1, most: 9 })
  expect(spreadOf([4, 2])).toEqual({ median: 3, least: 2, most: 4 })
  const [summary] = summarise(rounds.flat())
  expect(summary).toMatchObject({ name: 'embedded', load: closed, rounds: 3, lifecyclesPerSecond: { median: 600, least: 200, most: 1400 } })
  expect(summary).toMatchObject({ cpuMs: { median: 2 }, cpuMsWithServers: { median: 3 }, peakMb: { median: 5 } })
})

test('a ratio is of one round, independent of the machine’s speed', () => {
  const found = Object.fromEntries(ratiosOf(rounds).map(({ of, to, what, ratio }) => [`${of} : ${to}, ${what}`, ratio]))
  expect(found).toEqual({
    'embedded : bullmq, lifecycles a second': { median: 1.5, least: 1, most: 1.75 },
    'embedded : bullmq, to the order, p50': { median: 2 / 3, least: 0.5, most: 0.8 },
    'embedded : bullmq, to the order, p99': { median: 0.9, least: 0.8, most: 3 },
  })
})

test('a missed budget is reported, and one that was not measured', () => {
  const budget = { of: 'embedded', to: 'bullmq', load: closed }
  expect(belowBudgets([{ ...budget, atLeast: 1.5 }], rounds)).toEqual([])
  expect(belowBudgets([{ ...budget, atLeast: 1.51 }], rounds)).toEqual([
    `BUDGET: embedded : bullmq, ${closed}: 1.500, below the budget of 1.51`,
  ])
  expect(belowBudgets([{ of: 'cluster', to: 'kafka-pipe', load: closed, atLeast: 0.1 }], rounds)).toEqual([
    `BUDGET: cluster : kafka-pipe, ${closed}: was not measured`,
  ])
})

test('invalid arguments are reported together', () => {
  expect(readOptions(['--peers', '--budgets', '--only', 'embedded,luck', '--rounds', '0', '--seconds', '1', '--windows', '1.5'])).toBe(
    [
      '--peers and --budgets exclude each other: remove one',
      '--only takes embedded, cluster, bullmq, restate, sqlite-pipe-each, sqlite-pipe-turn, kafka-pipe, not luck',
      '--seconds takes 2 to 600',
      '--rounds takes whole numbers from 1 to 50',
      '--windows takes whole numbers from 1 to 20000',
    ].join('\n'),
  )
  expect(readOptions(['--peers'])).toMatchObject({ only: parts, rounds: 5, windows: [200, 1000], picture: true })
  expect(readOptions([])).toMatchObject({ only: ['embedded', 'cluster', 'kafka-pipe'], rounds: 1, picture: false })
})

describe('the stored record of a run', () => {
  const machine = { cores: 2, processor: 'any', memoryGb: 4, node: 'v24.0.0', platform: 'linux x64', loadAverage: 0, fsyncMs: 1 }
  const report = { at: '2026-11-29T00:00:00.000Z', machine, versions: {}, rounds, disturbed: [result('bullmq', 1, 1, 1)], left: {} }

  test('has the figures of each part and load, ratios, and repeated measurements', () => {
    const figures = figuresOf(report)
    expect(figures.summaries.map(({ name, load }) => `${name}, ${load}`)).toEqual([
      `embedded, ${closed}`,
      `embedded, ${open}`,
      `bullmq, ${closed}`,
      `bullmq, ${open}`,
    ])
    expect(figures).toMatchObject({ rounds: 3, ratios: ratiosOf(rounds), disturbed: ['bullmq'] })
  })

  test('has a picture with a bar for each part that has a figure', () => {
    const { loads, ...part } = result('restate', 100, 4, 8)
    const without = { ...part, loads: loads.map(load => ({ ...load, submitToOrder: undefined })) }
    const picture = pictureOf(figuresOf({ ...report, rounds: [...rounds, [without]] }))
    expect(picture.match(/>restate</g)).toHaveLength(1)
    expect(picture.match(/>embedded</g)).toHaveLength(3)
  })

  test('the stored picture shows the stored figures', () => {
    const read = (ending: string) => readFileSync(new URL(`../results/peers.${ending}`, import.meta.url), 'utf8')
    expect(pictureOf(JSON.parse(read('json')) as Figures)).toBe(read('svg'))
  })
})
