import { parseArgs } from 'node:util'

export const parts = ['embedded', 'cluster', 'pipe'] as const
/** `pipe` is the bare broker without an engine: what the cluster could reach at most. */
export type Part = (typeof parts)[number]

export interface BenchOptions {
  readonly only: readonly Part[]
  /** How long each load lasts, its warm-up included. */
  readonly seconds: number
  readonly warmSeconds: number
  /** Requests outstanding in the closed loops. */
  readonly windows: readonly number[]
  /** Requests per second in the open loop. */
  readonly rate: number
  readonly quick: boolean
  /** Folder for CPU profiles of the engine's processes. */
  readonly profile: string | undefined
}

export const usage = `npm run bench -- [--only embedded,cluster,pipe] [--seconds N] [--windows 200,1000] [--quick] [--profile FOLDER]

  --only     parts to run; all of them where it is left out
  --seconds  how long each load lasts, 15 by default
  --windows  requests outstanding in the closed loops, 200,1000 by default
  --quick    4 s, one window, and the pipe without its open loop: everything in under a minute
  --profile  writes a CPU profile of each process of the engine into this folder`

const secondsMax = 600
const windowMax = 20_000
/** As the programs that the peers were measured with. */
const rate = 20

/** Reads the arguments, or returns what to tell instead of running: what is wrong with them, or the usage. */
export function readOptions(args: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        seconds: { type: 'string' },
        windows: { type: 'string' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return usage
    const only = values.only?.split(',') ?? [...parts]
    const unknown = only.find(part => !parts.some(known => known === part))
    if (unknown !== undefined) return `--only takes ${parts.join(', ')}, not ${unknown}`
    const seconds = Number(values.seconds ?? (values.quick ? 4 : 15))
    if (!(seconds >= 2 && seconds <= secondsMax)) return `--seconds takes 2 to ${secondsMax}`
    const windows = (values.windows ?? (values.quick ? '200' : '200,1000')).split(',').map(Number)
    if (!windows.every(window => Number.isInteger(window) && window >= 1 && window <= windowMax))
      return `--windows takes whole numbers from 1 to ${windowMax}`
    return {
      only: parts.filter(part => only.includes(part)),
      seconds,
      warmSeconds: Math.min(3, seconds / 4),
      windows,
      rate,
      quick: values.quick,
      profile: values.profile,
    }
  } catch (error) {
    return (error as Error).message
  }
}
