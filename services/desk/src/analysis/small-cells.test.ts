import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hiddenCells, smallestCell } from './small-cells.ts'

test.each([
  ['none where all are large', [5, 6, 70], [false, false, false]],
  ['what has fewer than five', [4, 1, 70], [true, true, false]],
  ['the next smallest too, where one stands alone', [4, 9, 7, 70], [true, false, true, false]],
  ['the next smallest too, where those that are hidden have fewer than five together', [1, 2, 70, 60], [true, true, false, true]],
  ['no empty one', [0, 4, 3, 6], [false, true, true, false]],
  ['the only one there is', [0, 3, 0], [false, true, false]],
])('of a column is hidden %s', (_what, counts, hidden) => expect(hiddenCells(counts)).toEqual(hidden))

test('in no total, of all or of a group, one cell alone is hidden beside others, or fewer than five requests, and no small one is shown', () => {
  const cells = fc.array(fc.record({ count: fc.nat({ max: 12 }), group: fc.constantFrom('a', 'b', 'c') }), { maxLength: 30 })
  fc.assert(
    fc.property(cells, given => {
      const counts = given.map(({ count }) => count)
      const groups = given.map(({ group }) => group)
      const hidden = hiddenCells(counts, { groups })
      const there = given.map((_, cell) => cell).filter(cell => (counts[cell] ?? 0) > 0)
      for (const cell of there) if ((counts[cell] ?? 0) < smallestCell) expect(hidden[cell]).toBe(true)
      for (const total of [there, ...['a', 'b', 'c'].map(group => there.filter(cell => groups[cell] === group))]) {
        const left = total.filter(cell => hidden[cell])
        if (left.length === 0 || left.length === total.length) continue
        expect(left.length).toBeGreaterThan(1)
        expect(left.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0)).toBeGreaterThanOrEqual(smallestCell)
      }
    }),
  )
})

test('where a request is in several cells, those in none that is shown are five at least', () => {
  // 30 by mail, 3 by mail and telephone, 4 by telephone and imitated voice.
  const ways = [
    { cells: [0], requests: 30 },
    { cells: [0, 1], requests: 3 },
    { cells: [1, 2], requests: 4 },
  ]
  const leftIn = (hidden: readonly boolean[]) =>
    ways.filter(({ cells }) => cells.every(cell => hidden[cell])).reduce((sum, { requests }) => sum + requests, 0)
  // The total less those by mail would be the four.
  expect(hiddenCells([33, 7, 4], { leftIn })).toEqual([true, true, true])
  expect(hiddenCells([33, 7, 4])).toEqual([false, true, true])
})
