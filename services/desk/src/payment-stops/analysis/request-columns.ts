import { regionsOf } from '@holdfast/countries'
import type { CountedReader, CountedRequest } from './counted-requests.ts'
import { createNumbered, type Numbered } from './numbered.ts'
import { rangeOf } from './time-ranges.ts'

/** Groupings of requests. Each request has one value of each. */
export const groupings = ['corridor', 'typology', 'methods', 'rail', 'region', 'institution'] as const
export type Grouping = (typeof groupings)[number]
export const amounts = ['requested', 'frozen', 'recovered'] as const
export type Amount = (typeof amounts)[number]
export const steps = ['verified', 'frozen', 'recovered'] as const
export type Step = (typeof steps)[number]

/** Stands for no currency; no currency has this code. */
export const noCurrency = '-'
/** Countries that no regional body of police chiefs has as a member. */
export const restOfWorld = 'rest'

/**
 * The requests of a year as columns of numbers: a loop over 100,000 takes one or two milliseconds, where SQLite takes a
 * hundred. `cell` numbers a value of a grouping in one currency, which is the unit of addition.
 */
export interface RequestColumns {
  readonly size: number
  readonly row: Float64Array
  readonly openedMs: Float64Array
  readonly requesting: Uint16Array
  readonly beneficiary: Uint16Array
  /** 1 if that country has no access. */
  readonly kept: Uint8Array
  readonly currency: Uint16Array
  readonly isCounted: Uint8Array
  readonly follows: Uint8Array
  readonly caseName: Uint32Array
  readonly place: Uint32Array
  readonly cell: Readonly<Record<Grouping, Uint32Array>>
  readonly high: Readonly<Record<Amount, Float64Array>>
  readonly low: Readonly<Record<Amount, Float64Array>>
  /** -1 if the request has not reached the step. */
  readonly seconds: Readonly<Record<Step, Int32Array>>
  readonly range: Readonly<Record<Step, Int8Array>>
}

/** The texts of the numbers. */
export interface ColumnTexts {
  readonly countries: Numbered
  readonly currencies: Numbered
  /** `SG/SG-2024-004711`: each country numbers its own cases. */
  readonly caseNames: Numbered
  readonly places: Numbered
  /** `value/currency`. */
  readonly cells: Readonly<Record<Grouping, Numbered>>
}

export interface KnownRequests {
  /** Takes changed requests for some milliseconds. Returns whether it has taken all of them. */
  catchUp(now: Date): boolean
  columns(): RequestColumns
  texts(): ColumnTexts
}

const dayMs = 86_400_000
/** A year, and the current day. */
const retentionMs = 366 * dayMs
/** Older requests are dropped once they cover a month. */
const surplusMs = 31 * dayMs
const rowsAtOnce = 1_000

/**
 * Requests in memory, read from their rows on demand. Changes of a failed write are in no row, so they are never read.
 */
export function createKnownRequests(counted: Pick<CountedReader, 'changedSince' | 'losses'>): KnownRequests {
  let columns = columnsOf(1_024)
  let texts = textsOf()
  let slots = new Map<number, number>()
  let size = 0
  let changed = 0
  let losses = counted.losses()
  let fromMs = 0

  function begin(now: Date): void {
    columns = columnsOf(1_024)
    texts = textsOf()
    slots = new Map()
    size = 0
    changed = 0
    losses = counted.losses()
    fromMs = now.getTime() - retentionMs
  }

  function slotOf(row: number): number {
    const known = slots.get(row)
    if (known !== undefined) return known
    if (size === columns.row.length) columns = enlarge(columns)
    slots.set(row, size)
    return size++
  }

  function store(request: CountedRequest): void {
    const slot = slotOf(request.row)
    const { requesting, beneficiary } = request
    const currency = request.currency ?? noCurrency
    columns.row[slot] = request.row
    columns.openedMs[slot] = request.openedMs
    columns.requesting[slot] = texts.countries.numberOf(requesting)
    columns.beneficiary[slot] = texts.countries.numberOf(beneficiary)
    columns.kept[slot] = request.kept
    columns.currency[slot] = texts.currencies.numberOf(currency)
    columns.isCounted[slot] = 1 - request.duplicate
    columns.follows[slot] = request.follows
    columns.caseName[slot] = texts.caseNames.numberOf(`${requesting}/${request.caseReference}`)
    columns.place[slot] = texts.places.numberOf(request.place)
    const values: Record<Grouping, string> = {
      corridor: `${requesting}-${beneficiary}`,
      typology: request.typology,
      methods: String(request.methods),
      rail: request.rail,
      region: regionsOf(beneficiary)[0] ?? restOfWorld,
      institution: request.institution,
    }
    for (const grouping of groupings) columns.cell[grouping][slot] = texts.cells[grouping].numberOf(`${values[grouping]}/${currency}`)
    for (const amount of amounts) {
      columns.high[amount][slot] = request[`${amount}High`]
      columns.low[amount][slot] = request[`${amount}Low`]
    }
    for (const step of steps) {
      const seconds = request[`${step}S`]
      columns.seconds[step][slot] = seconds ?? -1
      columns.range[step][slot] = seconds === null ? -1 : rangeOf(seconds)
    }
  }

  return {
    catchUp(now) {
      if (counted.losses() !== losses || now.getTime() - retentionMs - fromMs > surplusMs) begin(now)
      const rows = counted.changedSince(changed, fromMs, rowsAtOnce)
      for (const row of rows) {
        store(row)
        changed = row.changed
      }
      return rows.length < rowsAtOnce
    },
    columns: () => ({ ...columns, size }),
    texts: () => texts,
  }
}

type Columns = Omit<RequestColumns, 'size'>

const each = <K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> =>
  Object.fromEntries(names.map(name => [name, make(name)])) as Record<K, V>

const columnsOf = (capacity: number): Columns => ({
  row: new Float64Array(capacity),
  openedMs: new Float64Array(capacity),
  requesting: new Uint16Array(capacity),
  beneficiary: new Uint16Array(capacity),
  kept: new Uint8Array(capacity),
  currency: new Uint16Array(capacity),
  isCounted: new Uint8Array(capacity),
  follows: new Uint8Array(capacity),
  caseName: new Uint32Array(capacity),
  place: new Uint32Array(capacity),
  cell: each(groupings, () => new Uint32Array(capacity)),
  high: each(amounts, () => new Float64Array(capacity)),
  low: each(amounts, () => new Float64Array(capacity)),
  seconds: each(steps, () => new Int32Array(capacity)),
  range: each(steps, () => new Int8Array(capacity)),
})

type Filled = Float64Array | Uint8Array | Uint16Array | Uint32Array | Int32Array | Int8Array

/** A copy with twice the capacity. */
function enlarge(columns: Columns): Columns {
  const larger = columnsOf(2 * columns.row.length)
  const copy = (from: Filled, to: Filled) => to.set(from)
  for (const name of Object.keys(columns) as (keyof Columns)[]) {
    const [from, to] = [columns[name], larger[name]]
    if (ArrayBuffer.isView(from)) copy(from, to as Filled)
    else for (const [inner, column] of Object.entries(from)) copy(column, (to as Record<string, Filled>)[inner] as Filled)
  }
  return larger
}

const textsOf = (): ColumnTexts => ({
  countries: createNumbered(),
  currencies: createNumbered(),
  caseNames: createNumbered(),
  places: createNumbered(),
  cells: each(groupings, createNumbered),
})
