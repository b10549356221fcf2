import type { AnalysisTimes } from '@holdfast/schemas'
import type { RequestColumns, Step } from './request-columns.ts'
import { hiddenCells } from './small-cells.ts'
import { guardedCount } from './tables.ts'
import { timeBoundsSeconds, timeRanges } from './time-ranges.ts'

/** How long a step took, of chosen requests. The two marks are exact: the range that holds one is known by the counts, and the times of that range alone are sorted. */
export function timesOf({ range, seconds }: RequestColumns, chosen: Int32Array, step: Step): AnalysisTimes {
  const [rangeOf, secondsOf] = [range[step], seconds[step]]
  const counts = new Array<number>(timeRanges).fill(0)
  for (let at = 0; at < chosen.length; at++) {
    const range = rangeOf[chosen[at] as number] as number
    if (range >= 0) counts[range] = (counts[range] as number) + 1
  }
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

/** The range in which the request of a rank is, and its rank there; both ranks from 1. Undefined where there are fewer. */
function placeOf(counts: readonly number[], rank: number): { readonly range: number; readonly rank: number } | undefined {
  let before = 0
  for (const [range, count] of counts.entries()) {
    if (rank > 0 && rank <= before + count) return { range, rank: rank - before }
    before += count
  }
  return undefined
}

/**
 * The same without small cells: a mark is the bound of its range, so that it is the time of no single request, and not given where that range is not shown.
 * @param all the requests that there are, in some of which it has not come to that.
 */
export function guardedTimes(times: AnalysisTimes, all: number): AnalysisTimes {
  const counts = times.counts.map(count => count ?? 0)
  const come = times.requests ?? 0
  // What has not come to that is a cell as well, which the others and the number of all would tell.
  const hidden = hiddenCells([...counts, all - come], { groups: [...counts.map(() => 'come'), 'not'] })
  const requests = hidden[timeRanges] ? null : guardedCount(come)
  const boundAt = (share: number): number | null => {
    const place = requests === null ? undefined : placeOf(counts, Math.ceil(requests * share))
    return place && !hidden[place.range] ? (timeBoundsSeconds[place.range] ?? null) : null
  }
  return {
    ...times,
    requests,
    medianSeconds: boundAt(0.5),
    ninetiethSeconds: boundAt(0.9),
    counts: counts.map((count, range) => (hidden[range] ? null : count)),
  }
}
