import { parseArgs } from 'node:util'
import { numberBetween, wholeNumber } from '../option-problems.ts'

export const engines = ['embedded', 'cluster'] as const

export interface SoakOptions {
  readonly engines: readonly (typeof engines)[number][]
  readonly minutes: number
  /** Requests a second; undefined: half of the highest rate, which is measured first. */
  readonly rate: number | undefined
}

export const usage = `npm run soak -- [--engine embedded,cluster] [--minutes N] [--rate R]

Runs full lifecycles at one rate for a long time, and checks that resources stay constant: memory, handles, requests under way, disk and Redis for each request.
The first quarter warms up; the last one is compared with the second.

  --engine   engines to run in sequence; both by default
  --minutes  time for each, 20 by default
  --rate     requests a second; by default half of the highest rate, which is measured first

Exits with 1 where a resource grew, or a request was lost or duplicated.`

const minutesMax = 600
const rateMax = 5_000

/** Reads the arguments, or returns the text to print instead of running: their problems, or the usage. */
export function readOptions(args: readonly string[]): SoakOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { engine: { type: 'string' }, minutes: { type: 'string' }, rate: { type: 'string' }, help: { type: 'boolean' } },
    })
    if (values.help) return usage
    const wanted = values.engine?.split(',') ?? [...engines]
    const unknown = wanted.find(name => !engines.some(known => known === name))
    const minutes = Number(values.minutes ?? 20)
    const rate = values.rate === undefined ? undefined : Number(values.rate)
    const problems = [
      ...(unknown === undefined ? [] : [`--engine takes ${engines.join(', ')}, not ${unknown}`]),
      ...numberBetween('--minutes', minutes, 0.5, minutesMax),
      ...(rate === undefined ? [] : wholeNumber('--rate', rate, rateMax)),
    ]
    return problems.length > 0 ? problems.join('\n') : { engines: engines.filter(name => wanted.includes(name)), minutes, rate }
  } catch (error) {
    return (error as Error).message
  }
}
