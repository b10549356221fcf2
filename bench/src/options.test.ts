import { expect, test } from 'vitest'
import { readOptions, usage } from './options.ts'

test('without arguments both engines and the bare broker are measured once', () => {
  expect(readOptions([])).toMatchObject({
    only: ['embedded', 'cluster', 'kafka-pipe'],
    rounds: 1,
    windows: [200, 1000],
    layout: { processes: 1, partitions: 4 },
  })
})

test('a cluster has one process, or several of each service', () => {
  expect(readOptions(['--processes', 'one', '--partitions', '1'])).toMatchObject({ layout: { processes: 'one', partitions: 1 } })
  expect(readOptions(['--processes', '4', '--partitions', '8'])).toMatchObject({ layout: { processes: 4, partitions: 8 } })
})

test('all problems of the arguments are reported at once', () => {
  expect(readOptions(['--processes', 'many', '--partitions', '0', '--only', 'kafka', '--seconds', '1']).toString().split('\n')).toEqual([
    '--processes takes one, or whole numbers from 1 to 16',
    '--partitions takes whole numbers from 1 to 16',
    expect.stringContaining('--only takes embedded, cluster, '),
    '--seconds takes 2 to 600',
  ])
})

test('budgets use closed loops only, in two rounds', () => {
  expect(readOptions(['--budgets'])).toMatchObject({ rounds: 2, rate: undefined, windows: [200], warmUpSeconds: 4 })
  expect(readOptions(['--quick'])).toMatchObject({ rounds: 1, rate: 20, windows: [200], warmUpSeconds: 2 })
})

test('help explains the arguments', () => {
  expect(readOptions(['--help'])).toBe(usage)
})
