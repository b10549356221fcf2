import { quantilesOf } from '../outcomes.ts'
import type { Sample } from './samples.ts'

/** A figure of the second quarter, compared with that of the last one. */
export interface Held {
  readonly what: string
  readonly second: number
  readonly last: number
  readonly most: number
  readonly isFlat: boolean
}

const megabyte = 1e6
/** The normal variation of a heap. */
const memoryShare = 1.1
const memoryMore = 10 * megabyte
const handlesMore = 10
/** For the data that each request leaves. */
const eachShare = 1.1
/** The additional requests under way, in seconds of load. */
const underWaySeconds = 0.5

const median = (of: readonly number[]): number => quantilesOf(of)?.p50 ?? Number.NaN

/** Samples in order, at least eight. */
export function verdictOf(samples: readonly Sample[], ratePerSecond: number): Held[] {
  const quarter = Math.floor(samples.length / 4)
  if (quarter < 2) throw new Error(`${samples.length} samples are too few`)
  const second = samples.slice(quarter, 2 * quarter)
  const last = samples.slice(-quarter)
  const held = (what: string, of: (samples: readonly Sample[]) => number, most: (before: number) => number): Held => {
    const figures = { what, second: of(second), last: of(last), most: most(of(second)) }
    return { ...figures, isFlat: figures.last <= figures.most }
  }
  /** The growth for each request that was sent meanwhile. */
  const forEach = (of: (sample: Sample) => number) => (part: readonly Sample[]) => {
    const [first, end] = [part[0], part.at(-1)]
    return first && end ? (of(end) - of(first)) / (end.submitted - first.submitted) : Number.NaN
  }
  const names = Object.keys(samples[0]?.memoryBytes ?? {})
  const hasRedis = samples[0]?.footprint.redis !== undefined
  return [
    ...names.map(name =>
      held(
        `memory of ${name}, MB`,
        part => median(part.map(({ memoryBytes }) => memoryBytes[name] ?? 0)) / megabyte,
        before => before * memoryShare + memoryMore / megabyte,
      ),
    ),
    ...names.map(name =>
      held(
        `handles of ${name}`,
        part => median(part.map(({ handles }) => handles[name] ?? 0)),
        before => before + handlesMore,
      ),
    ),
    held(
      'requests under way',
      part => median(part.map(({ underWay }) => underWay)),
      before => before + ratePerSecond * underWaySeconds,
    ),
    held(
      'disk for each request, bytes',
      forEach(({ footprint }) => footprint.diskBytes),
      before => before * eachShare,
    ),
    ...(hasRedis
      ? [
          held(
            'keys in Redis for each request',
            forEach(({ footprint }) => footprint.redis?.keys ?? 0),
            before => before * eachShare,
          ),
          held(
            'memory of Redis for each request, bytes',
            forEach(({ footprint }) => footprint.redis?.bytes ?? 0),
            before => before * eachShare,
          ),
        ]
      : []),
  ]
}
