import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstShown, type RequestsInCells, smallestCell } from './small-cells.ts'

/** A column in which each request is in one cell. @param cells the counts of each cell by window, shortest first. */
const columnOf = (cells: readonly (readonly number[])[]): RequestsInCells[] => cells.map((counts, cell) => ({ cells: [cell], counts }))
const shownFrom = (...cells: number[][]): number[] => firstShown(columnOf(cells), cells.length)

test.each([
  ['none where all are large', [5, 6, 70], [0, 0, 0]],
  ['what has fewer than five', [4, 1, 70], [1, 1, 0]],
  ['the next smallest too, where one stands alone', [4, 9, 7, 70], [1, 0, 1, 0]],
  ['the next smallest too, where those that are hidden have fewer than five together', [1, 2, 70, 60], [1, 1, 0, 1]],
  ['no empty one', [0, 4, 3, 6], [0, 1, 1, 0]],
  ['the only one there is', [0, 3, 0], [0, 1, 0]],
])('of a column with one window is hidden %s', (_what, counts, first) => {
  expect(shownFrom(...counts.map(count => [count]))).toEqual(first)
})

test.each([
  ['whose difference to the next is of a few', [[6, 7]], [1]],
  ['in which it is small', [[3, 9]], [1]],
  ['of a cell that is small in each', [[1, 2, 4]], [3]],
  ['of no cell whose differences are large', [[6, 6, 20]], [0]],
  [
    'of the next smallest cell too, if the totals would reveal the difference',
    [
      [6, 7],
      [10, 20],
      [9, 18],
    ],
    [1, 0, 1],
  ],
  [
    'of the next smallest cell too, if the total would reveal the small one',
    [
      [3, 13],
      [9, 14],
      [8, 8],
    ],
    [1, 0, 1],
  ],
  [
    'of a larger cell too, if the smallest is not in that window',
    [
      [3, 13],
      [9, 14],
      [0, 8],
    ],
    [1, 1, 0],
  ],
])('is not shown: a window %s', (_what, cells, first) => expect(shownFrom(...cells)).toEqual(first))

test('a cell is shown no earlier than the total of its group, which reveals no single cell', () => {
  const groups = [
    { name: 'a', firstShown: 1 },
    { name: 'a', firstShown: 1 },
    { name: 'b', firstShown: 0 },
    { name: 'b', firstShown: 0 },
  ]
  expect(
    firstShown(
      columnOf([
        [6, 12],
        [7, 14],
        [2, 2],
        [8, 8],
      ]),
      4,
      { groups },
    ),
  ).toEqual([1, 1, 2, 2])
})

test('with requests in several cells, neither a cell nor its complement is small', () => {
  // 30 by mail, 3 by mail and telephone, 4 by telephone and imitated voice.
  const requests = [
    { cells: [0], counts: [30] },
    { cells: [0, 1], counts: [3] },
    { cells: [1, 2], counts: [4] },
  ]
  // The total minus those by mail would be the four.
  expect(firstShown(requests, 3)).toEqual([1, 0, 1])
})

const prime = 1_000_003
/** Whether a row is a combination of others, so that their numbers reveal its own. */
function createCombinations(rows: readonly (readonly number[])[]): (row: readonly number[]) => boolean {
  const inverse = (of: number): number => {
    let [result, base] = [1, of]
    for (let power = prime - 2; power > 0; power = Math.floor(power / 2)) {
      if (power % 2 === 1) result = (result * base) % prime
      base = (base * base) % prime
    }
    return result
  }
  const pivots: { readonly at: number; readonly row: readonly number[] }[] = []
  const reduced = (row: readonly number[]) =>
    pivots.reduce<readonly number[]>((left, { at, row: of }) => {
      const factor = left[at] ?? 0
      return factor === 0 ? left : left.map((value, each) => (value + (prime - factor) * (of[each] ?? 0)) % prime)
    }, row)
  for (const row of rows) {
    const left = reduced(row)
    const at = left.findIndex(value => value !== 0)
    if (at >= 0) pivots.push({ at, row: left.map(value => (value * inverse(left[at] ?? 0)) % prime) })
  }
  return row => reduced(row).every(value => value === 0)
}

test('no combination of totals and shown cells of any windows reveals a group of fewer than five', { timeout: 120_000 }, () => {
  const rings = fc.integer({ min: 1, max: 4 })
  const counts = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 12 }))
  const columns = rings.chain(windows =>
    fc.array(fc.array(counts, { minLength: windows, maxLength: windows }), { minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(columns, cells => {
      const cumulative = (of: readonly number[]) => of.map((_, ring) => of.slice(0, ring + 1).reduce((sum, count) => sum + count, 0))
      const windows = cells[0]?.length ?? 0
      const first = firstShown(columnOf(cells.map(cumulative)), cells.length)
      const all = Array.from({ length: windows }, (_, ring) => cells.reduce((sum, of) => sum + (of[ring] ?? 0), 0))
      const [totalFrom = 0] = firstShown(columnOf([cumulative(all)]), 1)
      // A reader knows that a ring has none if its window lists none, or if the total is unchanged.
      const atoms = cells.flatMap((of, cell) =>
        of.flatMap((count, ring) => ((cumulative(of)[ring] ?? 0) > 0 && (all[ring] ?? 0) > 0 ? { cell, ring, count } : [])),
      )
      const numbersFrom = (from: number, cell?: number) =>
        Array.from({ length: windows - from }, (_, later) =>
          atoms.map(atom => Number(atom.ring <= from + later && (cell === undefined || atom.cell === cell))),
        )
      const isGiven = createCombinations([...numbersFrom(totalFrom), ...first.flatMap((from, cell) => numbersFrom(from, cell))])
      const groupsOfFew = (from: number, count: number, chosen: readonly number[]): number[][] =>
        atoms.slice(from).flatMap((atom, later) => {
          const sum = count + atom.count
          if (sum >= smallestCell) return []
          const group = [...chosen, from + later]
          return [...(sum > 0 ? [group] : []), ...groupsOfFew(from + later + 1, sum, group)]
        })
      for (const group of groupsOfFew(0, 0, [])) expect(isGiven(atoms.map((_, atom) => Number(group.includes(atom))))).toBe(false)
    }),
    { seed: 20240723, numRuns: drawnCases(1_000) },
  )
})
