import { parseArgs } from 'node:util'
import { type Endpoint, endpoints } from './drawing/input.ts'
import { type Plant, plants } from './plants.ts'

export const usage = `Usage: npm run fuzz -- [--seed N] [--inputs N] [--doors http,kafka,xml] [--workers W]
       npm run fuzz -- --seed N --only NUMBER [--doors http,kafka,xml]

Sends inputs to an engine with all its services, each wrong in some way: right requests, answers, commands, looks and banks' messages with one to five changes to what they say,
to their bytes, their headers, their address or their token, and what is no HTTP or no XML at all. By HTTP, by the topics of Kafka's doors, and in XML. At the end come the attacks that once
stopped an engine, each by itself: meanwhile another country looks, and may wait no longer than its bound. Each has to be answered in time and
in order: taken, or refused with a known code and every problem, or kept as a dead letter; no answer and no line of the log may show anything of the engine's inside or of other members; the
process must not throw, and its memory must not grow from when a tenth is sent; at the end a right request comes to its order, and the ledger verifies.

  --seed N          from which all is drawn (default: by the time)
  --inputs N        how many (default 20000)
  --doors LIST      of http, kafka, xml, with commas (default all)
  --only NUMBER     this input alone, and shows it and its answer; needs --seed, and --doors where they were named
  --workers W       processes that share the inputs, each with an engine of its own (default: as many as there are cores)
  --planted FAULTS  with faults in the doors, to see that they are found: ${Object.entries(plants)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ')}

Exits with 1 where something that must be so was not.`

export interface FuzzOptions {
  readonly seed: number
  readonly inputs: number
  readonly doors: readonly Endpoint[]
  readonly only: number | undefined
  readonly workers: number
  readonly planted: ReadonlySet<Plant>
}

const inputsMax = 100_000_000
/** Behind those of a campaign are the numbers of what is sent alone. */
const numberMax = 2 ** 31

/** Throws what is wrong with them; undefined where help is asked for. */
export function readArguments(args: readonly string[], cores: number, nowMs: number): FuzzOptions | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { seed: text, inputs: text, doors: text, only: text, workers: text, planted: text, help: { type: 'boolean' } },
  })
  if (values.help) return undefined
  const number = (name: 'seed' | 'inputs' | 'only' | 'workers', otherwise: number, least: number, most: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name])
    if (!Number.isInteger(given) || given < least || given > most)
      throw new Error(`--${name} ${values[name]} is no whole number from ${least} to ${most}`)
    return given
  }
  const { only, seed } = values
  const planted = (values.planted ?? '').split(',').filter(Boolean)
  if (only !== undefined && seed === undefined) throw new Error('--only names an input of a seed: say --seed too')
  if (!planted.every(isPlant)) throw new Error(`--planted ${values.planted} names others than ${Object.keys(plants).join(', ')}`)
  return {
    seed: number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1),
    inputs: number('inputs', 20_000, 10, inputsMax),
    doors: readDoors(values.doors),
    only: only === undefined ? undefined : number('only', 0, 0, numberMax),
    workers: number('workers', cores, 1, 64),
    planted: new Set(planted),
  }
}

const isPlant = (name: string): name is Plant => Object.hasOwn(plants, name)

function readDoors(list: string | undefined): readonly Endpoint[] {
  if (list === undefined) return endpoints
  const named = list.split(',')
  const unknown = named.find(name => !(endpoints as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`--doors ${list} names ${unknown || 'nothing'}, and there are ${endpoints.join(', ')}`)
  return endpoints.filter(door => named.includes(door))
}
