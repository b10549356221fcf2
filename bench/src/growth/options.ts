import { parseArgs } from 'node:util'
import { wholeNumber } from '../option-problems.ts'

export interface GrowthOptions {
  /** Stored at the end. */
  readonly requests: number
  /** Requests outstanding. */
  readonly window: number
  /** The length of each measured interval. */
  readonly seconds: number
  /** Only measures the storage of a request, open and closed, on either engine. */
  readonly storage: boolean
}

export const usage = `npm run growth -- [--requests N] [--window W] [--seconds S] | --storage

Runs full lifecycles through the embedded engine until this many requests are stored, and measures the cost of each meanwhile: CPU, lifecycles a second, memory, bytes on disk. Then restarts the
engine, once with its projection and once without, and measures the time until a request is accepted and ordered, and until the projection is complete.

  --requests  stored at the end, 100000 by default; a million takes some 55 GB, and half an hour to an hour
  --window    requests outstanding, 200 by default
  --seconds   length of each measured interval, 10 by default
  --storage   instead: storage of an open and of a closed request on disk and in Redis, on the embedded engine and on a cluster

Exits with 1 where a request was lost or duplicated.`

const requestsMax = 10_000_000
const windowMax = 20_000
const secondsMax = 600

/** Reads the arguments, or returns the text to print instead of running: their problems, or the usage. */
export function readOptions(args: readonly string[]): GrowthOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: { type: 'string' },
        window: { type: 'string' },
        seconds: { type: 'string' },
        storage: { type: 'boolean' },
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
    return problems.length > 0 ? problems.join('\n') : { requests, window, seconds, storage: values.storage ?? false }
  } catch (error) {
    return (error as Error).message
  }
}
