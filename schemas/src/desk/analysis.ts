/** The windows that an analysis is of: the last days, today among them, in UTC. */
export const analysisWindows = [1, 7, 30, 365] as const
export type AnalysisDays = (typeof analysisWindows)[number]

/** The sums of a row in one currency, as decimals; null where that cell is not shown. Never added to those of another currency. */
export interface AnalysisSums {
  readonly currency: string
  readonly requested: string | null
  /** Held now, or come back. */
  readonly frozen: string | null
  readonly recovered: string | null
}

/** What the requests of a window have in common, how many they are, and their money as it stands now. */
export interface AnalysisRow {
  /** A corridor as `SG-TL`, from who asks to who is asked; a code of the request; the name of a region, or `rest`; an institution by the first eight characters of its BIC. */
  readonly value: string
  /** Null where the row is not shown, as too few requests stand behind it. */
  readonly requests: number | null
  /** At most 20, those of most requests first; null where the row is not shown. */
  readonly sums: readonly AnalysisSums[] | null
}

/** Institutions say in how many cases they have been seen. */
export interface InstitutionRow extends AnalysisRow {
  readonly cases: number
}

/** At most 50 rows, those of most requests first, and how many there are beside them. */
export interface AnalysisTable<Row = AnalysisRow> {
  readonly rows: readonly Row[]
  readonly more: number
}

/** How long something took from the opening of a request, of those where it has happened. */
export interface AnalysisTimes {
  readonly requests: number | null
  readonly medianSeconds: number | null
  /** Nine of ten took no longer. */
  readonly ninetiethSeconds: number | null
  /** The upper bounds of the ranges; what took longer than the last is in one more. */
  readonly boundsSeconds: readonly number[]
  readonly counts: readonly (number | null)[]
}

/** An account that more than one case leads to. */
export interface SharedAccount {
  readonly country: string
  /** Left out where its words can't be read any more. */
  readonly account?: string
  readonly institution: string
  readonly requests: number
  readonly cases: number
  /** The newest five of its cases. */
  readonly caseNames: readonly { readonly requestingCountry: string; readonly caseReference: string }[]
}

/** A request whose next deadline has passed or comes within a day, and when a hold of it ends, if that is so soon. */
export interface LapsingRequest {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly kind: string
  readonly dueAt: string
  readonly holdEndsAt?: string
  readonly frozen?: { readonly currency: string; readonly value: string }
}

/**
 * What `GET /v1/analysis` answers: the requests of the reader's country that were opened in a window, by what they have in common. A request counts on the day (UTC) on which it was opened, with its money as
 * it stands now, so that requested, frozen and recovered of a row are those of the same requests. A duplicate counts nowhere. The General Secretariat has all countries' requests, but no institution, no account and
 * no request, and nothing that fewer than `smallest` requests stand behind, also in the difference of two windows.
 */
export interface Analysis {
  readonly asOf: string
  readonly days: AnalysisDays
  /** The first day of the window. */
  readonly from: string
  /** There where only requests of this currency were asked for. */
  readonly currency?: string
  /** There where small numbers are not shown: what has fewer requests than this. */
  readonly smallest?: number
  /** Opened in the last 24 hours, by the reader's country and to it; of all countries both are one. */
  readonly opened: { readonly outgoing: number | null; readonly incoming: number | null }
  /** What follows the money of a request that is counted too, being of the same country, asks for a part of what that one asks for: it adds nothing to `requested` here. */
  readonly total: Omit<AnalysisRow, 'value'>
  readonly corridors: AnalysisTable
  readonly typologies: AnalysisTable
  /** How the victim was reached: a request with two ways is in two rows, and one that names none in `UNSTATED`. */
  readonly methods: AnalysisTable
  readonly rails: AnalysisTable
  /** Of the beneficiary country. */
  readonly regions: AnalysisTable
  readonly institutions?: AnalysisTable<InstitutionRow>
  readonly times: { readonly verified: AnalysisTimes; readonly frozen: AnalysisTimes; readonly recovered: AnalysisTimes }
  readonly accounts?: AnalysisTable<SharedAccount>
  readonly lapsing?: AnalysisTable<LapsingRequest>
}
