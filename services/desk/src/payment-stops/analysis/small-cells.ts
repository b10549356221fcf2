/** Callers with access to sums only see no number of fewer requests than this. */
export const smallestCell = 5

/**
 * Requests that are in the same cells of a column. In most columns a request is in one cell; a request with two methods
 * is in two.
 */
export interface RequestsInCells {
  readonly cells: readonly number[]
  /** Their number in each window, shortest first. Each window contains all requests of the one before. */
  readonly counts: readonly number[]
}

/** A group whose total is shown elsewhere, such as the region of a corridor. */
export interface CellGroup {
  readonly name: string
  /** The first window in which that total is shown. */
  readonly firstShown: number
}

interface ColumnOptions {
  /** The group of each cell. Without it all cells belong to one group, the total. */
  readonly groups?: readonly CellGroup[] | undefined
}

/** Whether a number of requests may be shown. */
export const isSafe = (count: number): boolean => count === 0 || count >= smallestCell

/**
 * The first window in which each cell is shown, or the number of windows if it is never shown. No combination of
 * windows, cells and totals may then give a group of fewer than five requests.
 * Windows differ by rings of days. Of a cell that is shown from a window on, a reader knows one number up to that
 * window (its block), and each later ring separately. Totals count as known in each ring.
 * So a combination is a choice of rings, without the blocks that are entirely in them. Each choice must leave no
 * request or at least five. Otherwise the next smallest cell is shown later.
 */
export function firstShown(requests: readonly RequestsInCells[], cellCount: number, { groups }: ColumnOptions = {}): number[] {
  const windows = requests[0]?.counts.length ?? 0
  const rings = requests.map(({ cells, counts }) => ({ cells, counts: counts.map((count, ring) => count - (counts[ring - 1] ?? 0)) }))
  const inCell = Array.from({ length: cellCount }, () => new Array<number>(windows).fill(0))
  const inAll = new Array<number>(windows).fill(0)
  for (const { cells, counts } of rings)
    for (const [ring, count] of counts.entries()) {
      inAll[ring] = at(inAll, ring) + count
      for (const cell of cells) at(inCell, cell)[ring] = at(at(inCell, cell), ring) + count
    }
  // If a request is in several cells, only the total tells how many are not in a cell.
  const hasOverlaps = requests.some(({ cells }) => cells.length > 1)
  const first = inCell.map((_, cell) => {
    let from = groups?.[cell]?.firstShown ?? 0
    while (from < windows && !isSafeFrom(cell, from)) from++
    return from
  })

  const all = { cells: [...first.keys()], merged: 0 }
  const ofGroups = [...new Set(groups?.map(({ name }) => name))].map(name => ({
    cells: all.cells.filter(cell => groups?.[cell]?.name === name),
    merged: groups?.find(group => group.name === name)?.firstShown ?? 0,
  }))
  const audits = [all, ...ofGroups].map(({ cells, merged }) => {
    const own = new Set(cells)
    return { cells, choices: choicesOfRings(windows, merged), rings: rings.filter(each => each.cells.some(cell => own.has(cell))) }
  })
  while (audits.some(showOneLater));
  return first

  /** Fixes one choice of rings that leaves a few requests. Returns whether it found one with a cell that helps. */
  function showOneLater({ cells, choices, rings: own }: (typeof audits)[number]): boolean {
    for (const chosen of choices) {
      if (isLeftSafe(own, cells, chosen)) continue
      const inChosen = (cell: number) => chosen.reduce((sum, ring) => sum + at(at(inCell, cell), ring), 0)
      const candidates = cells.filter(cell => at(first, cell) < windows && inChosen(cell) > 0).sort((a, b) => inChosen(a) - inChosen(b))
      const isLeft = (cell: number) => chosen.some(ring => isUnknown(cell, ring)) && !isWithin(cell, chosen)
      if (candidates.some(cell => helpsLater(cell, () => isLeftSafe(own, cells, chosen)))) return true
      const next = candidates.find(cell => !isLeft(cell))
      if (next === undefined) continue
      first[next] = at(first, next) + 1
      return true
    }
    return false
  }

  /** Shows a cell as early as it helps; restores it if it does not. */
  function helpsLater(cell: number, isSafeNow: () => boolean): boolean {
    const before = at(first, cell)
    for (let from = before + 1; from <= windows; from++) {
      first[cell] = from
      if (isSafeNow()) return true
    }
    first[cell] = before
    return false
  }

  /**
   * Whether a cell may be shown from a window on: alone, and as the difference of any two windows in which it is known.
   * A window that does not list it counts too.
   */
  function isSafeFrom(cell: number, from: number): boolean {
    const sums = [0, ...runningSums(at(inCell, cell))]
    const totals = [0, ...runningSums(inAll)]
    const known = [...sums.keys()].filter(end => sums[end] === 0 || end > from)
    return known.every(end =>
      known.every(start => {
        const inside = at(sums, end) - at(sums, start)
        const outside = at(totals, end) - at(totals, start) - inside
        return start >= end || inside === 0 || (isSafe(inside) && (!hasOverlaps || isSafe(outside)))
      }),
    )
  }

  /**
   * Whether a ring may have requests of a cell, from a reader's view. It has none if its window lists none, or if the
   * total is unchanged.
   */
  function mayHave(cell: number, ring: number): boolean {
    return at(inAll, ring) > 0 && at(inCell, cell).some((count, each) => each <= ring && count > 0)
  }

  /** Whether the requests of the chosen rings, without all that is known of them, are none or at least five. */
  function isLeftSafe(own: typeof rings, cells: readonly number[], chosen: readonly number[]): boolean {
    const never = cells.filter(cell => at(first, cell) === windows)
    const left = (areNeverLeft: boolean): number =>
      own.reduce(
        (sum, { cells: of, counts }) =>
          sum +
          chosen.reduce((part, ring) => {
            const isLeft = of.every(cell => isUnknown(cell, ring) && (at(first, cell) === windows ? areNeverLeft : !isWithin(cell, chosen)))
            return isLeft ? part + at(counts, ring) : part
          }, 0),
        0,
      )
    // Cells that are never shown can be derived from the other rings if all their requests are in the chosen ones.
    return isSafe(left(true)) && (!never.every(cell => isWithin(cell, chosen)) || isSafe(left(false)))
  }

  function isUnknown(cell: number, ring: number): boolean {
    const from = at(first, cell)
    return from > 0 && ring <= from
  }

  /** Whether all requests of a cell's block are in the chosen rings. */
  function isWithin(cell: number, chosen: readonly number[]): boolean {
    return at(inCell, cell).every((_, ring) => !isUnknown(cell, ring) || chosen.includes(ring) || !mayHave(cell, ring))
  }
}

function runningSums(counts: readonly number[]): number[] {
  let sum = 0
  return counts.map(count => {
    sum += count
    return sum
  })
}

/** Every choice of rings. Rings up to `merged` count as one, because they are not known separately. */
function choicesOfRings(rings: number, merged: number): number[][] {
  const parts = Array.from({ length: rings }, (_, ring) => ring)
    .filter(ring => ring >= merged)
    .map(ring => (ring === merged ? Array.from({ length: merged + 1 }, (_, each) => each) : [ring]))
  return Array.from({ length: 2 ** parts.length - 1 }, (_, choice) => parts.filter((_part, bit) => ((choice + 1) >> bit) & 1).flat())
}

const at = <T>(list: readonly T[] | undefined, index: number): T => list?.[index] as T
