import type { AnalysisTimes } from '@holdfast/schemas'
import type { RequestColumns, Step } from './request-columns.ts'
import { firstShown } from './small-cells.ts'
import { timeBoundsSeconds, timeRanges } from './time-ranges.ts'

/** How long a step took, of chosen requests. The two marks are exact: the range that holds one is known by the counts, and the times of that range alone are sorted. */
export function timesOf(columns: RequestColumns, chosen: Int32Array, step: Step): AnalysisTimes {
  const [rangeOf, secondsOf] = [columns.range[step], columns.seconds[step]]
  const counts = countsByRange(columns, chosen, step)
  const requests = counts.reduce((sum, count) => sum + count, 0)
  const timeAt = (share: number): number | null => {
    const place = placeOf(counts, Math.ceil(requests * share))
    if (!place) return null
    const within = new Int32Array(counts[place.range] as number)
    let filled = 0
    for (let at = 0; at < chosen.length; at++) {
      const slot = chosen[at] as number
      if (rangeOf[slot] === place.range) within[filled++] = secondsOf[slot] as number
    }
    return within.sort()[place.rank - 1] ?? null
  }
  return { requests, medianSeconds: timeAt(0.5), ninetiethSeconds: timeAt(0.9), boundsSeconds: timeBoundsSeconds, counts }
}

/** How many of the chosen requests took so long, by range. */
export function countsByRange({ range }: RequestColumns, chosen: Int32Array, step: Step): number[] {
  const rangeOf = range[step]
  const counts = new Array<number>(timeRanges).fill(0)
  for (let at = 0; at < chosen.length; at++) {
    const range = rangeOf[chosen[at] as number] as number
    if (range >= 0) counts[range] = (counts[range] as number) + 1
  }
  return counts
}

/** The range in which the request of a rank is, and its rank there; both ranks from 1. Undefined where there are fewer. */
function placeOf(counts: readonly number[], rank: number): { readonly range: number; readonly rank: number } | undefined {
  let before = 0
  for (const [range, count] of counts.entries()) {
    if (rank > 0 && rank <= before + count) return { range, rank: rank - before }
    before += count
  }
  return undefined
}

/** Of one window: how many requests there are, and how many of them took so long, by range. */
export interface TimeCounts {
  readonly all: number
  readonly counts: readonly number[]
}

/**
 * The times of a window without small cells: a mark is the bound of its range, so that it is the time of no single request, and not given where that range is not shown.
 * @param windows all that are offered, the shortest first.
 */
export function guardedTimes(times: AnalysisTimes, windows: readonly TimeCounts[], window: number): AnalysisTimes {
  const reached = windows.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))
  const notReached = windows.map(({ all }, each) => all - (reached[each] as number))
  // What has not come to that is a cell as well, which the others and the number of all would tell.
  const [from = 0] = firstShown(
    [reached, notReached].map((counts, cell) => ({ cells: [cell], counts })),
    2,
  )
  const counts = times.counts.map(count => count ?? 0)
  const ofRanges = counts.map((_, range) => ({ cells: [range], counts: windows.map(each => each.counts[range] as number) }))
  const first = firstShown(ofRanges, timeRanges, { groups: counts.map(() => ({ name: 'reached', firstShown: from })) })
  const isHidden = (range: number): boolean => counts[range] !== 0 && window < (first[range] as number)
  const requests = reached[window] !== 0 && window < from ? null : (reached[window] as number)
  const boundAt = (share: number): number | null => {
    const place = requests === null ? undefined : placeOf(counts, Math.ceil(requests * share))
    return place && !isHidden(place.range) ? (timeBoundsSeconds[place.range] ?? null) : null
  }
  return {
    ...times,
    requests,
    medianSeconds: boundAt(0.5),
    ninetiethSeconds: boundAt(0.9),
    counts: counts.map((count, range) => (isHidden(range) ? null : count)),
  }
}
