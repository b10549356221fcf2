import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Two quantities of one run; their ratio is `value / against`. */
export interface Comparison {
  readonly value: number
  readonly against: number
  readonly unit: 'ms' | 'µs' | 'MB'
}

export interface Band {
  readonly min?: number
  readonly max: number
}

export interface RatioRecord {
  read(name: string): number | undefined
  write(name: string, ratio: number): void
}

interface RatioDependencies {
  readonly record: RatioRecord
  readonly isRecording: boolean
  readonly report: (line: string) => void
}

const measurementsMax = 2

/**
 * Measures ratios, and measures again if one is out of its band. Returns a line for each ratio that was out of its band twice in a row.
 * One busy moment of the machine spoils one measurement, not two.
 */
export async function findOutOfBand<Name extends string>(
  bands: Readonly<Record<Name, Band>>,
  measure: () => Promise<Readonly<Record<Name, Comparison>>>,
  { record, isRecording, report }: RatioDependencies,
): Promise<string[]> {
  const names = Object.keys(bands) as Name[]
  if (names.length === 0) throw new Error('a measurement needs at least one band')
  let suspects = names
  for (let measurement = 1; measurement <= measurementsMax && suspects.length > 0; measurement++) {
    const comparisons = await measure()
    for (const name of suspects) report(lineOf(name, comparisons[name], bands[name], record.read(name)))
    if (isRecording && measurement === 1) for (const name of names) record.write(name, ratioOf(comparisons[name]))
    suspects = suspects.filter(name => !isWithin(comparisons[name], bands[name]))
  }
  return suspects.map(name => `${name} was out of its band ${measurementsMax} times in a row`)
}

const ratioOf = ({ value, against }: Comparison): number => value / against

// NaN is in no band.
const isWithin = (comparison: Comparison, { min = 0, max }: Band): boolean => ratioOf(comparison) >= min && ratioOf(comparison) <= max

function lineOf(name: string, comparison: Comparison, { min = 0, max }: Band, recorded: number | undefined): string {
  const ratio = ratioOf(comparison)
  const change = recorded
    ? `recorded ${recorded}, ${ratio >= recorded ? '+' : ''}${Math.round((ratio / recorded - 1) * 100)} %`
    : 'not recorded'
  const verdict = isWithin(comparison, { min, max }) ? '' : ' OUT OF BAND'
  const { value, against, unit } = comparison
  return `ratio | ${name}: ${digits(ratio)} in ${min} to ${max}${verdict} (${change}), ${digits(value)} ${unit} to ${digits(against)} ${unit}`
}

const digits = (value: number): string => String(Number(value.toPrecision(3)))

const recordUrl = new URL('../recorded-ratios.json', import.meta.url)

/** Recorded ratios in a JSON file. Each write reads the file again: measuring test files run in processes of their own, one after another. */
export function createRatioRecord(file: URL): RatioRecord {
  const readAll = (): Record<string, number> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  return {
    read: name => readAll()[name],
    write(name, ratio) {
      const entries = Object.entries({ ...readAll(), [name]: Number(digits(ratio)) })
      const sorted = Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
      writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`)
    },
  }
}

/** Fails if a ratio is out of its band twice in a row. With `HOLDFAST_RECORD_RATIOS=1` the measured ratios replace the recorded ones. */
export async function expectRatios<Name extends string>(
  bands: Readonly<Record<Name, Band>>,
  measure: () => Promise<Readonly<Record<Name, Comparison>>>,
): Promise<void> {
  const isRecording = process.env.HOLDFAST_RECORD_RATIOS === '1'
  const outOfBand = await findOutOfBand(bands, measure, { record: createRatioRecord(recordUrl), isRecording, report: reportLine })
  expect(outOfBand).toEqual([])
}

/** As `expectRatios`, for one ratio. */
export function expectRatio(name: string, band: Band, measure: () => Comparison | Promise<Comparison>): Promise<void> {
  return expectRatios({ [name]: band }, async () => ({ [name]: await measure() }))
}

/** Reports a quantity that has no counterpart in its run: it is read by people and never fails. */
export function reportMeasurement(name: string, value: number, unit: Comparison['unit'] | 'kB' | 's' | '/s'): void {
  reportLine(`value | ${name}: ${digits(value)} ${unit}`)
}

const reportLine = (line: string): void => console.log(line)

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/**
 * Median milliseconds of each work. The works take turns, so that a busy machine slows all of them alike.
 * The first round is not counted: it fills caches and compiles.
 */
export async function medianTimesMs<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[]
  const times = new Map(names.map(name => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      const startedMs = performance.now()
      await works[name]()
      if (round > 0) times.get(name)?.push(performance.now() - startedMs)
    }
  return Object.fromEntries(names.map(name => [name, middle(times.get(name) ?? [])])) as Record<Name, number>
}

/** How long a short work is repeated, attempt by attempt: the clock has steps, and a longer measurement is less noisy. */
const attemptsMs = [2, 5, 20]

/**
 * How many times longer a synchronous work of one size takes than one of a smaller size, in processor time of this thread: what else the machine does
 * adds nothing to it. The least of up to three attempts counts; it stops at the first one that is not over `max`.
 */
export function growthOf(work: (size: number) => unknown, { size, smaller, max }: { size: number; smaller: number; max: number }): number {
  const timeOf = (of: number, atLeastMs: number): number => {
    const startedMs = threadMs()
    let times = 0
    do {
      work(of)
      times += 1
    } while (threadMs() - startedMs < atLeastMs && times < timesMax)
    return (threadMs() - startedMs) / times
  }
  let least = Number.POSITIVE_INFINITY
  for (const ms of attemptsMs) {
    least = Math.min(least, timeOf(size, ms) / Math.max(timeOf(smaller, ms), clockStepMs))
    if (least <= max) break
  }
  return least
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const timesMax = 1_000

/** A time below this is not told from none. */
const clockStepMs = 0.005
