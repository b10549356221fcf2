import { parseArgs } from 'node:util'
import { wholeNumber } from '../option-problems.ts'

export interface GrowthOptions {
  /** Stored at the end. */
  readonly requests: number
  /** Requests outstanding. */
  readonly window: number
  /** How long each piece is whose cost is told. */
  readonly seconds: number
  /** Only what a request takes, open and closed, on either engine. */
  readonly room: boolean
}

export const usage = `npm run growth -- [--requests N] [--window W] [--seconds S] | --room

Full lifecycles through the embedded engine until so many requests are stored, and what each costs as they become more: CPU, lifecycles a second, memory, bytes on disk. Then the engine is ended in order
and started again, and then started with a view of the desk that has to be made anew: how long it takes until a request is taken and ordered, and until the view is whole.

  --requests  stored at the end, 100000 by default; a million takes some 55 GB, and half an hour to an hour
  --window    requests outstanding, 200 by default
  --seconds   how long each piece is whose cost is told, 10 by default
  --room      instead of that: what a request takes on the disk and in Redis while it is open and once it is closed, on the embedded engine and on a cluster

Exits with 1 where a request was lost or doubled.`

const requestsMax = 10_000_000
const windowMax = 20_000
const secondsMax = 600

/** Reads the arguments, or returns what to tell instead of running: what is wrong with them, or the usage. */
export function readOptions(args: readonly string[]): GrowthOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string' },
        window: { type: 'string' },
        seconds: { type: 'string' },
        room: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    if (values.help) return usage
    const [requests, window, seconds] = [Number(values.requests ?? 100_000), Number(values.window ?? 200), Number(values.seconds ?? 10)]
    const problems = [
      ...wholeNumber('--requests', requests, requestsMax),
      ...wholeNumber('--window', window, windowMax),
      ...wholeNumber('--seconds', seconds, secondsMax),
    ]
    return problems.length > 0 ? problems.join('\n') : { requests, window, seconds, room: values.room ?? false }
  } catch (error) {
    return (error as Error).message
  }
}
