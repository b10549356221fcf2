import { parseArgs } from 'node:util'
import { allEndpoints, type Endpoint } from './drawing/input.ts'
import { type Plant, plants } from './plants.ts'

export const usage = `Usage: npm run fuzz -- [--seed N] [--inputs N] [--endpoints http,kafka,xml] [--workers W]
       npm run fuzz -- --seed N --only NUMBER [--endpoints http,kafka,xml]

Sends malformed inputs to an engine with all its services, by HTTP, by Kafka topics and in XML. Most are valid requests,
answers, commands, reads and ISO 20022 messages with one to five changes to their content, bytes, headers, address or
token; others are no HTTP or no XML at all. At the end come attacks that once stopped an engine, one at a time, while
another country reads: its reads must stay within their bound. The engine must answer each input in time: accept it,
refuse it with a known code and every problem, or store it as a dead letter. No answer and no log line may reveal
internals or other members' data. The process must not throw, and its memory must not grow after the first tenth. At
the end a valid request must reach its order, and the ledger must verify.

  --seed N          seed of all inputs (default: the time)
  --seed N          from which all is drawn (default: by the time)
  --inputs N        number of inputs (default 20000)
  --endpoints LIST  some of http, kafka, xml, separated by commas (default all)
  --only NUMBER     send this input only; print it and its answer; needs --seed, and the same --endpoints
  --workers W       number of processes, each with an engine of its own (default: the number of cores)
  --planted FAULTS  faults to plant, which the campaign must find: ${Object.entries(plants)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ')}

Exits with 1 after a finding.`

export interface FuzzOptions {
  readonly seed: number
  readonly inputs: number
  readonly endpoints: readonly Endpoint[]
  readonly only: number | undefined
  readonly workers: number
  readonly planted: ReadonlySet<Plant>
}

const inputsMax = 100_000_000
/** Numbers above those of a campaign are for inputs that are sent alone. */
const numberMax = 2 ** 31

/** Throws the problem of the arguments; undefined for --help. */
export function readArguments(args: readonly string[], cores: number, nowMs: number): FuzzOptions | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { seed: text, inputs: text, endpoints: text, only: text, workers: text, planted: text, help: { type: 'boolean' } },
  })
  if (values.help) return undefined
  const number = (name: 'seed' | 'inputs' | 'only' | 'workers', otherwise: number, least: number, most: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name])
    if (!Number.isInteger(given) || given < least || given > most)
      throw new Error(`--${name} ${values[name]} is not a whole number from ${least} to ${most}`)
    return given
  }
  const { only, seed } = values
  const planted = (values.planted ?? '').split(',').filter(Boolean)
  if (only !== undefined && seed === undefined) throw new Error('--only needs --seed: an input follows from seed and number')
  if (!planted.every(isPlant)) throw new Error(`--planted ${values.planted} names others than ${Object.keys(plants).join(', ')}`)
  return {
    seed: number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1),
    inputs: number('inputs', 20_000, 10, inputsMax),
    endpoints: readEndpoints(values.endpoints),
    only: only === undefined ? undefined : number('only', 0, 0, numberMax),
    workers: number('workers', cores, 1, 64),
    planted: new Set(planted),
  }
}

const isPlant = (name: string): name is Plant => Object.hasOwn(plants, name)

function readEndpoints(list: string | undefined): readonly Endpoint[] {
  if (list === undefined) return allEndpoints
  const named = list.split(',')
  const unknown = named.find(name => !(allEndpoints as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`--endpoints ${list} names ${unknown || 'nothing'}; choose from ${allEndpoints.join(', ')}`)
  return allEndpoints.filter(endpoint => named.includes(endpoint))
}
