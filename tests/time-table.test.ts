import { expect, test } from 'vitest'
import { timeTable } from './time-table.ts'

test('the time of a project runs from its first start to its last end, however many files run in parallel', () => {
  const table = timeTable([
    { project: 'unit', file: 'a.test.ts', beganMs: 1_000, endedMs: 4_000 },
    { project: 'unit', file: 'b.test.ts', beganMs: 2_000, endedMs: 11_000 },
    { project: 'faults', file: 'c.test.ts', beganMs: 11_000, endedMs: 13_000 },
  ])
  expect(table.split('\n')).toEqual([
    'Time by project: unit 10 s, faults 2 s. The longest files:',
    '     9 s  b.test.ts',
    '     3 s  a.test.ts',
    '     2 s  c.test.ts',
  ])
})
