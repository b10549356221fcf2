import {
  type Analysis,
  type AnalysisDays,
  type AnalysisTable,
  accountNumberOf,
  documentOf,
  type Fact,
  generalSecretariat,
  type InstitutionRow,
  isKnownFact,
  lacksWords,
  methodSchema,
  placeIn,
  type SharedAccount,
} from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { FactReader } from '../view/read-facts.ts'
import { addUp, type ValueSum } from './add-up.ts'
import { chooseRequests } from './choose-requests.ts'
import { createKeptRequests, institutionOf, type KeptRequests } from './keep-requests.ts'
import { createKnownRequests, type Grouping, steps } from './request-columns.ts'
import { casesByValue, sharedPlacesOf } from './shared-cases.ts'
import { smallestCell } from './small-cells.ts'
import { cut, guardedCount, guardedRows, regionOfCorridor, wholeRow } from './tables.ts'
import { guardedTimes, timesOf } from './times.ts'

export interface AnalysisQuery {
  /** Whose requests are looked at: of the General Secretariat those of all countries. */
  readonly country: string
  readonly days: AnalysisDays
  readonly currency?: string | undefined
  readonly now: Date
}

/** An account whose number is in the words of a fact, where those are sealed. */
export type FoundAccount = SharedAccount & { readonly said?: Fact }

/** What is left to add: what is about to lapse, which the lists know, and numbers that are sealed. */
export interface FoundAnalysis extends Omit<Analysis, 'lapsing' | 'accounts'> {
  readonly accounts?: AnalysisTable<FoundAccount>
}

export interface AnalysisReader {
  /** Reads what has changed, so much of it as is done in a few milliseconds. Returns whether that was all. */
  catchUp(now: Date): boolean
  /** Of what has been read. */
  analyse(query: AnalysisQuery): FoundAnalysis
}

/** What requests have in common, kept as facts come, in a room of its own: rows that hold nothing but what is counted, and columns in memory that are made of them when somebody asks. */
export interface AnalysisRoom extends Omit<KeptRequests, 'changedSince' | 'losses' | 'requestIdOf'>, AnalysisReader {}

const dayMs = 86_400_000

/** The methods whose bits are set; a request that names none is in a row of its own. */
function methodsIn(bits: string): readonly string[] {
  const methods = methodSchema.options.filter((_, bit) => Number(bits) & (1 << bit))
  return methods.length > 0 ? methods : ['UNSTATED']
}

export function createAnalysis(file: SqliteFile, facts: Pick<FactReader, 'lines'>): AnalysisRoom {
  const { changedSince, losses, requestIdOf, ...kept } = createKeptRequests(file)
  const known = createKnownRequests({ changedSince, losses })

  function analyse({ country, days, currency, now }: AnalysisQuery): FoundAnalysis {
    const ofAll = country === generalSecretariat
    const [columns, texts] = [known.columns(), known.texts()]
    const fromMs = Math.floor(now.getTime() / dayMs) * dayMs - (days - 1) * dayMs
    const chosen = chooseRequests(columns, texts, { country: ofAll ? undefined : country, fromMs, currency })
    const sumsBy = (grouping: Grouping, valuesOf?: (value: string) => readonly string[]): ValueSum[] =>
      addUp({ columns, chosen, cellOf: columns.cell[grouping], cellTexts: texts.cells[grouping].texts }, valuesOf)
    const tableBy = (grouping: Grouping): AnalysisTable => {
      const sums = sumsBy(grouping)
      return cut(ofAll ? guardedRows(sums, grouping === 'corridor' ? { groupOf: regionOfCorridor } : {}) : sums.map(wholeRow))
    }
    const methodsTable = (): AnalysisTable => {
      const sums = sumsBy('methods', methodsIn)
      return cut(ofAll ? guardedRows(sums, { apart: { sums: sumsBy('methods'), rowsOf: methodsIn } }) : sums.map(wholeRow))
    }
    const number = countries(country)
    const isPart = partsOf(ofAll ? undefined : number)
    const [sum = { value: '', requests: 0, cells: [] }] = addUp({
      columns,
      chosen,
      cellOf: columns.currency,
      cellTexts: texts.currencies.texts.map(text => `/${text}`),
      isPart,
    })
    const [total] = ofAll ? guardedRows([sum]) : [wholeRow(sum)]
    const times = Object.fromEntries(
      steps.map(step => [step, ofAll ? guardedTimes(timesOf(columns, chosen, step), chosen.length) : timesOf(columns, chosen, step)]),
    ) as unknown as Analysis['times']
    return {
      asOf: now.toISOString(),
      days,
      from: new Date(fromMs).toISOString().slice(0, 10),
      ...(currency === undefined ? {} : { currency }),
      ...(ofAll ? { smallest: smallestCell } : {}),
      opened: openedSince(now.getTime() - dayMs),
      total: { requests: total?.requests ?? null, sums: total?.sums ?? null },
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

    /** What a request that follows money asks for is a part of what the one before it asks for, where both are the reader's: they have the same requesting country. */
    function partsOf(own: number | undefined): Uint8Array {
      return ofAll ? columns.follows : columns.follows.map((follows, slot) => follows & Number(columns.requesting[slot] === own))
    }

    function openedSince(sinceMs: number): Analysis['opened'] {
      const lately = chooseRequests(columns, texts, { country: ofAll ? undefined : country, fromMs: sinceMs, currency })
      if (ofAll) return { outgoing: guardedCount(lately.length), incoming: guardedCount(lately.length) }
      const outgoing = lately.filter(slot => columns.requesting[slot] === number).length
      return { outgoing, incoming: lately.length - outgoing }
    }

    function institutions(): AnalysisTable<InstitutionRow> {
      const cases = casesByValue(columns, chosen, 'institution', texts)
      return cut(sumsBy('institution').map(each => ({ ...wholeRow(each), cases: cases.get(each.value) ?? 0 })))
    }

    function accounts(): AnalysisTable<FoundAccount> {
      const { rows, more } = cut(sharedPlacesOf(columns, chosen, texts.places.texts.length))
      const shared = rows.map(({ slots, cases }): FoundAccount => {
        const [newest = 0] = slots
        const names = [...new Set(slots.map(slot => texts.caseNames.texts[columns.caseName[slot] as number] as string))]
        return {
          ...particularsOf(requestIdOf(columns.row[newest] as number), texts.places.texts[columns.place[newest] as number] as string),
          requests: slots.length,
          cases,
          caseNames: names.slice(0, 5).map(name => ({ requestingCountry: name.slice(0, 2), caseReference: name.slice(3) })),
        }
      })
      return { rows: shared, more }
    }
  }

  /** The account as a request of the reader says it: numbers stand in facts alone. */
  function particularsOf(requestId: string, place: string): Pick<FoundAccount, 'country' | 'account' | 'institution' | 'said'> {
    for (const line of facts.lines(requestId)) {
      const fact = JSON.parse(line) as Fact
      const document = isKnownFact(fact) ? documentOf(fact) : undefined
      if (!document) continue
      if (placeIn(document, fact.data) !== place) continue
      const { beneficiaryCountry: country, payment } = document
      const known = { country, institution: institutionOf(payment.creditorAgent.bic) }
      return lacksWords(fact.data) ? { ...known, said: fact } : { ...known, account: accountNumberOf(payment.creditor.account) }
    }
    throw new Error(`no fact of ${requestId} says what its place is`)
  }

  return { ...kept, catchUp: known.catchUp, analyse }
}
