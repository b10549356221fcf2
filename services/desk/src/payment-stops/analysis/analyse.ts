import { paymentStop } from '@holdfast/payment-stop'
import {
  type Analysis,
  type AnalysisDays,
  type AnalysisTable,
  type AnalysisTimes,
  accountNumberOf,
  analysisWindows,
  destinationIn,
  documentOf,
  type Fact,
  type InstitutionRow,
  isKnownFact,
  methodSchema,
  type SharedAccount,
} from '@holdfast/payment-stop/language'
import { generalSecretariat, isRedacted } from '@holdfast/schemas'
import type { RequestProjection } from '../../projection/request-projection.ts'
import { addUp, type ValueSum } from './add-up.ts'
import { chooseRequests } from './choose-requests.ts'
import { type CountedReader, type CountedRequests, institutionOf } from './counted-requests.ts'
import { createKnownRequests, type Grouping, type Step, steps } from './request-columns.ts'
import { casesByValue, sharedDestinationsOf } from './shared-cases.ts'
import { smallestCell } from './small-cells.ts'
import { suppressedOpened, suppressedTotal } from './suppressed-total.ts'
import { cut, regionOfCorridor, suppressedRows, wholeRow } from './tables.ts'
import { countsByRange, suppressedTimes, timesOf } from './times.ts'

export interface AnalysisQuery {
  /** The country whose requests are analysed; the General Secretariat gets those of all countries. */
  readonly country: string
  readonly days: AnalysisDays
  readonly currency?: string | undefined
  readonly now: Date
}

/** An account whose number is in the encrypted data of a fact. */
export type FoundAccount = SharedAccount & { readonly documentFact?: Fact }

/** The caller adds deadlines, which the lists have, and decrypted account numbers. */
export interface FoundAnalysis extends Omit<Analysis, 'ending' | 'accounts'> {
  readonly accounts?: AnalysisTable<FoundAccount>
}

/** Analyses requests from columns in memory, which are read from the counted requests on demand. */
export interface AnalysisReader {
  /** Reads changed requests for some milliseconds. Returns whether it has read all of them. */
  catchUp(now: Date): boolean
  /** Analyses all requests that have been read. */
  analyse(query: AnalysisQuery): FoundAnalysis
}

const dayMs = 86_400_000

/** Start of the first day of a window, in UTC. */
const firstMsOf = (days: AnalysisDays, now: Date): number => Math.floor(now.getTime() / dayMs) * dayMs - (days - 1) * dayMs

/** The methods whose bits are set. Requests without a method get a row of their own. */
function methodsIn(bits: string): readonly string[] {
  const methods = methodSchema.options.filter((_, bit) => Number(bits) & (1 << bit))
  return methods.length > 0 ? methods : ['UNSTATED']
}

/** The analysis of the counted requests in a projection. */
export const analysisOf = ({ own, lines }: Pick<RequestProjection, 'own' | 'lines'>): AnalysisReader =>
  createAnalysis({ counted: own.get(paymentStop.name) as CountedRequests, lines })

interface AnalysedRequests extends Pick<RequestProjection, 'lines'> {
  readonly counted: CountedReader
}

export function createAnalysis({ counted, lines }: AnalysedRequests): AnalysisReader {
  const known = createKnownRequests(counted)

  function analyse({ country, days, currency, now }: AnalysisQuery): FoundAnalysis {
    const ofAll = country === generalSecretariat
    const [columns, texts] = [known.columns(), known.texts()]
    const fromMs = firstMsOf(days, now)
    const choose = (from: number): Int32Array =>
      chooseRequests(columns, texts, { country: ofAll ? undefined : country, fromMs: from, currency })
    // Which sums may be shown of one window depends on those of the other windows.
    const windows = ofAll ? analysisWindows.map(each => choose(firstMsOf(each, now))) : []
    const window = analysisWindows.indexOf(days)
    const chosen = windows[window] ?? choose(fromMs)
    const sumsIn = (of: Int32Array, grouping: Grouping, valuesOf?: (value: string) => readonly string[]): ValueSum[] =>
      addUp({ columns, chosen: of, cellOf: columns.cell[grouping], cellTexts: texts.cells[grouping].texts }, valuesOf)
    const sumsBy = (grouping: Grouping, valuesOf?: (value: string) => readonly string[]): ValueSum[] => sumsIn(chosen, grouping, valuesOf)
    const windowsBy = (...by: [Grouping, ((value: string) => readonly string[])?]): ValueSum[][] => windows.map(of => sumsIn(of, ...by))
    const ofRegions = windowsBy('region')
    const tableBy = (grouping: Grouping): AnalysisTable => {
      if (!ofAll) return cut(sumsBy(grouping).map(wholeRow))
      const within = grouping === 'corridor' ? { within: { windows: ofRegions, groupOf: regionOfCorridor } } : {}
      return cut(suppressedRows({ windows: grouping === 'region' ? ofRegions : windowsBy(grouping), ...within }, window))
    }
    const methodsTable = (): AnalysisTable => {
      if (!ofAll) return cut(sumsBy('methods', methodsIn).map(wholeRow))
      const apart = { windows: windowsBy('methods'), rowsOf: methodsIn }
      return cut(suppressedRows({ windows: windowsBy('methods', methodsIn), apart }, window))
    }
    const number = countries(country)
    const isPart = partsOf(ofAll ? undefined : number)
    const totals = windows.map(of => ({ sum: totalIn(of), parts: partsIn(of) }))
    const total = ofAll ? suppressedTotal(totals, window) : wholeRow(totalIn(chosen))
    const timesBy = (step: Step): AnalysisTimes => {
      const times = timesOf(columns, chosen, step)
      if (!ofAll) return times
      const counts = windows.map(of => ({ all: of.length, counts: countsByRange(columns, of, step) }))
      return suppressedTimes(times, counts, window)
    }
    const times = Object.fromEntries(steps.map(step => [step, timesBy(step)])) as unknown as Analysis['times']
    return {
      asOf: now.toISOString(),
      days,
      from: new Date(fromMs).toISOString().slice(0, 10),
      ...(currency === undefined ? {} : { currency }),
      ...(ofAll ? { smallest: smallestCell } : {}),
      opened: openedSince(now.getTime() - dayMs),
      total: { requests: total.requests, sums: total.sums },
      corridors: tableBy('corridor'),
      typologies: tableBy('typology'),
      methods: methodsTable(),
      rails: tableBy('rail'),
      regions: tableBy('region'),
      ...(ofAll ? {} : { institutions: institutions(), accounts: accounts() }),
      times,
    }

    function countries(of: string): number | undefined {
      return texts.countries.find(of)
    }

    /**
     * The requested amount of an onward request is part of its parent's, if the reader has access to both: then both
     * have the same requesting country.
     */
    function partsOf(own: number | undefined): Uint8Array {
      return ofAll ? columns.follows : columns.follows.map((follows, slot) => follows & Number(columns.requesting[slot] === own))
    }

    function totalIn(of: Int32Array): ValueSum {
      const cellTexts = texts.currencies.texts.map(text => `/${text}`)
      const [sum = { value: '', requests: 0, cells: [] }] = addUp({ columns, chosen: of, cellOf: columns.currency, cellTexts, isPart })
      return sum
    }

    function partsIn(of: Int32Array): ReadonlyMap<string, number> {
      const counts = new Map<string, number>()
      for (const slot of of) {
        if (!isPart[slot]) continue
        const text = texts.currencies.texts[columns.currency[slot] as number] as string
        counts.set(text, (counts.get(text) ?? 0) + 1)
      }
      return counts
    }

    function openedSince(sinceMs: number): Analysis['opened'] {
      const recent = choose(sinceMs)
      if (ofAll) return suppressedOpened(recent.length, totals)
      const outgoing = recent.filter(slot => columns.requesting[slot] === number).length
      return { outgoing, incoming: recent.length - outgoing }
    }

    function institutions(): AnalysisTable<InstitutionRow> {
      const cases = casesByValue(columns, chosen, 'institution', texts)
      return cut(sumsBy('institution').map(each => ({ ...wholeRow(each), cases: cases.get(each.value) ?? 0 })))
    }

    function accounts(): AnalysisTable<FoundAccount> {
      const { rows, more } = cut(sharedDestinationsOf(columns, chosen, texts.places.texts.length))
      const shared = rows.map(({ slots, cases }): FoundAccount => {
        const [newest = 0] = slots
        const names = [...new Set(slots.map(slot => texts.caseNames.texts[columns.caseName[slot] as number] as string))]
        return {
          ...accountOf(counted.requestIdOf(columns.row[newest] as number), texts.places.texts[columns.place[newest] as number] as string),
          requests: slots.length,
          cases,
          caseNames: names.slice(0, 5).map(name => ({ requestingCountry: name.slice(0, 2), caseReference: name.slice(3) })),
        }
      })
      return { rows: shared, more }
    }
  }

  /** The account as a fact of the request states it: only facts have account numbers. */
  function accountOf(requestId: string, destination: string): Pick<FoundAccount, 'country' | 'account' | 'institution' | 'documentFact'> {
    for (const line of lines(requestId)) {
      const fact = JSON.parse(line) as Fact
      const document = isKnownFact(fact) ? documentOf(fact) : undefined
      if (!document) continue
      if (destinationIn(document, fact.data) !== destination) continue
      const { beneficiaryCountry: country, payment } = document
      const known = { country, institution: institutionOf(payment.creditorAgent.bic) }
      return isRedacted(fact.data) ? { ...known, documentFact: fact } : { ...known, account: accountNumberOf(payment.creditor.account) }
    }
    throw new Error(`no fact of ${requestId} states its destination`)
  }

  return { catchUp: known.catchUp, analyse }
}
