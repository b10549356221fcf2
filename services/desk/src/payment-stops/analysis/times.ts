import type { AnalysisTimes } from '@holdfast/payment-stop/language'
import type { RequestColumns, Step } from './request-columns.ts'
import { firstShown } from './small-cells.ts'
import { timeBoundsSeconds, timeRanges } from './time-ranges.ts'

/**
 * Durations of a step for chosen requests. Both percentiles are exact: the counts tell their range, and only the times
 * in that range are sorted.
 */
export function timesOf(columns: RequestColumns, chosen: Int32Array, step: Step): AnalysisTimes {
  const [rangeOf, secondsOf] = [columns.range[step], columns.seconds[step]]
  const counts = countsByRange(columns, chosen, step)
  const requests = counts.reduce((sum, count) => sum + count, 0)
  const timeAt = (fraction: number): number | null => {
    const position = rankIn(counts, Math.ceil(requests * fraction))
    if (!position) return null
    const within = new Int32Array(counts[position.range] as number)
    let filled = 0
    for (let at = 0; at < chosen.length; at++) {
      const slot = chosen[at] as number
      if (rangeOf[slot] === position.range) within[filled++] = secondsOf[slot] as number
    }
    return within.sort()[position.rank - 1] ?? null
  }
  return { requests, medianSeconds: timeAt(0.5), ninetiethSeconds: timeAt(0.9), boundsSeconds: timeBoundsSeconds, counts }
}

/** The number of chosen requests in each range. */
export function countsByRange({ range }: RequestColumns, chosen: Int32Array, step: Step): number[] {
  const rangeOf = range[step]
  const counts = new Array<number>(timeRanges).fill(0)
  for (let at = 0; at < chosen.length; at++) {
    const range = rangeOf[chosen[at] as number] as number
    if (range >= 0) counts[range] = (counts[range] as number) + 1
  }
  return counts
}

/**
 * The range of the request with a rank, and its rank in that range, both from 1. Undefined if there are fewer requests.
 */
function rankIn(counts: readonly number[], rank: number): { readonly range: number; readonly rank: number } | undefined {
  let before = 0
  for (const [range, count] of counts.entries()) {
    if (rank > 0 && rank <= before + count) return { range, rank: rank - before }
    before += count
  }
  return undefined
}

/** Counts of one window: all requests, and requests by range. */
export interface TimeCounts {
  readonly all: number
  readonly counts: readonly number[]
}

/**
 * The times of a window without small cells. A percentile is the bound of its range, so it is never the time of one
 * request. It is null if its range is hidden.
 * @param windows all windows, shortest first.
 */
export function suppressedTimes(times: AnalysisTimes, windows: readonly TimeCounts[], window: number): AnalysisTimes {
  const reached = windows.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))
  const notReached = windows.map(({ all }, each) => all - (reached[each] as number))
  // Requests that have not reached the step are a cell too: the other counts and the total would reveal it.
  const [from = 0] = firstShown(
    [reached, notReached].map((counts, cell) => ({ cells: [cell], counts })),
    2,
  )
  const counts = times.counts.map(count => count ?? 0)
  const ofRanges = counts.map((_, range) => ({ cells: [range], counts: windows.map(each => each.counts[range] as number) }))
  const first = firstShown(ofRanges, timeRanges, { groups: counts.map(() => ({ name: 'reached', firstShown: from })) })
  const isHidden = (range: number): boolean => counts[range] !== 0 && window < (first[range] as number)
  const requests = reached[window] !== 0 && window < from ? null : (reached[window] as number)
  const boundAt = (fraction: number): number | null => {
    const position = requests === null ? undefined : rankIn(counts, Math.ceil(requests * fraction))
    return position && !isHidden(position.range) ? (timeBoundsSeconds[position.range] ?? null) : null
  }
  return {
    ...times,
    requests,
    medianSeconds: boundAt(0.5),
    ninetiethSeconds: boundAt(0.9),
    counts: counts.map((count, range) => (isHidden(range) ? null : count)),
  }
}
