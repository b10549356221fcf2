/** The windows of an analysis in days, up to and with today (UTC). */
export const analysisWindows = [1, 7, 30, 365] as const
export type AnalysisDays = (typeof analysisWindows)[number]

/**
 * The sums of a row in one currency, as decimals; null if that cell is not shown. Sums of two currencies are never
 * added.
 */
export interface AnalysisSums {
  readonly currency: string
  readonly requested: string | null
  /** On hold, or returned. */
  readonly frozen: string | null
  readonly recovered: string | null
}

/** Requests of a window that have a value in common: their number and their current amounts. */
export interface AnalysisRow {
  /**
   * A corridor such as `SG-TL` (requesting to beneficiary country), a code, a region or `rest`, or the first eight
   * characters of a BIC.
   */
  readonly value: string
  /** Null if the row has too few requests to be shown. */
  readonly requests: number | null
  /** At most 20, those with most requests first; null if the row is not shown. */
  readonly sums: readonly AnalysisSums[] | null
}

/** An institution, with the number of its cases. */
export interface InstitutionRow extends AnalysisRow {
  readonly cases: number
}

/** At most 50 rows, those with most requests first, and the number of further rows. */
export interface AnalysisTable<Row = AnalysisRow> {
  readonly rows: readonly Row[]
  readonly more: number
}

/** Time from the opening of a request until something happened, over the requests where it has. */
export interface AnalysisTimes {
  readonly requests: number | null
  readonly medianSeconds: number | null
  /** The 90th percentile. */
  readonly ninetiethSeconds: number | null
  /** The upper bounds of the ranges. One more range has everything above the last bound. */
  readonly boundsSeconds: readonly number[]
  readonly counts: readonly (number | null)[]
}

/** An account that occurs in more than one case. */
export interface SharedAccount {
  readonly country: string
  /** Absent if the account was erased or cannot be decrypted. */
  readonly account?: string
  readonly institution: string
  readonly requests: number
  readonly cases: number
  /** The newest five cases. */
  readonly caseNames: readonly { readonly requestingCountry: string; readonly caseReference: string }[]
}

/** A request whose next deadline is overdue or due within a day, and the end of a hold that ends as soon. */
export interface EndingRequest {
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
 * The response of `GET /v1/analysis`: requests of the reader's country that were opened in a window, grouped by a value.
 * A request counts on the day (UTC) of its opening with its current amounts, so the sums of a row cover the same
 * requests. Duplicates do not count. The General Secretariat sees all countries, but no institution, account or single
 * request, and no group of fewer than `smallest` requests, also not as the difference of two windows.
 */
export interface Analysis {
  readonly asOf: string
  readonly days: AnalysisDays
  /** The first day of the window. */
  readonly from: string
  /** Present if the query selects this currency. */
  readonly currency?: string
  /** Present if small numbers are hidden: groups with fewer requests than this. */
  readonly smallest?: number
  /** Requests of the last 24 hours, from and to the reader's country. For all countries the two are the same. */
  readonly opened: { readonly outgoing: number | null; readonly incoming: number | null }
  /**
   * An onward request of the same country asks for a part of its parent's amount, so it adds nothing to `requested`
   * here.
   */
  readonly total: Omit<AnalysisRow, 'value'>
  readonly corridors: AnalysisTable
  readonly typologies: AnalysisTable
  /** How the victim was reached. A request with two methods is in two rows; one without is in `UNSTATED`. */
  readonly methods: AnalysisTable
  readonly rails: AnalysisTable
  /** Regions of the beneficiary country. */
  readonly regions: AnalysisTable
  readonly institutions?: AnalysisTable<InstitutionRow>
  readonly times: { readonly verified: AnalysisTimes; readonly frozen: AnalysisTimes; readonly recovered: AnalysisTimes }
  readonly accounts?: AnalysisTable<SharedAccount>
  readonly ending?: AnalysisTable<EndingRequest>
}
