/** What fewer requests than this stand behind is not shown to who may see sums only. */
export const smallestCell = 5

/** Cells that add up to a number which is shown. */
interface Total {
  readonly cells: readonly number[]
  /** How many requests of the total are in none of the cells that are shown. */
  leftIn(hidden: readonly boolean[]): number
}

export interface ColumnTotals {
  /** For each cell the group whose total is shown elsewhere, such as the region that a corridor leads into. */
  readonly groups?: readonly string[] | undefined
  /** How many requests are in none of the cells that are shown, where one can be in several; where each is in one, it is known. */
  readonly leftIn?: ((hidden: readonly boolean[]) => number) | undefined
}

/**
 * Which cells of a column are not shown: those behind which some requests stand, but fewer than five, and as many of the next smallest as it takes until what a total has beside the shown ones is that of two cells at
 * least, and of five requests.
 * @param counts requests of each cell; 0 where there is none.
 */
export function hiddenCells(counts: readonly number[], { groups, leftIn }: ColumnTotals = {}): boolean[] {
  const hidden = counts.map(count => count > 0 && count < smallestCell)
  const countOf = (cell: number) => counts[cell] as number
  const there = counts.map((_, cell) => cell).filter(cell => countOf(cell) > 0)
  const sumOfHidden = (cells: readonly number[]) => () => cells.reduce((sum, cell) => sum + (hidden[cell] ? countOf(cell) : 0), 0)
  const totals: Total[] = [
    { cells: there, leftIn: leftIn ?? sumOfHidden(there) },
    ...[...new Set(groups)].map(group => {
      const cells = there.filter(cell => groups?.[cell] === group)
      return { cells, leftIn: sumOfHidden(cells) }
    }),
  ]
  /** What was hidden for one total may be told by another, so all are looked at until none tells anything. */
  const hideOne = (): boolean =>
    totals.some(({ cells, leftIn: left }) => {
      const rest = left(hidden)
      const tellsOne = cells.filter(cell => hidden[cell]).length === 1
      if (!tellsOne && (rest === 0 || rest >= smallestCell)) return false
      const [next] = cells.filter(cell => !hidden[cell]).sort((a, b) => countOf(a) - countOf(b))
      if (next !== undefined) hidden[next] = true
      return next !== undefined
    })
  while (hideOne());
  return hidden
}
