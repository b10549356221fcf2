import { documentOf, type Fact, type FreezeRequest, isFact, isKnownFact, methodSchema } from '@holdfast/payment-stop/language'
import { isKeptFromAddressee, minorOf, type RequestSummary } from '@holdfast/payment-stop/lifecycle'
import type { LedgerFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { ChangedRequest } from '../../lists/country-rows.ts'
import type { OwnTables } from '../../projection/projected-workflows.ts'
import { limbsOf } from './limbs.ts'

/** The change of a request by a batch of facts. */
export interface CountedChange extends Pick<ChangedRequest, 'facts'> {
  readonly before: RequestSummary | undefined
  readonly summary: RequestSummary
}

/** A request as the analysis counts it. Times are seconds from its opening, or null if not reached. */
export interface CountedRequest {
  readonly row: number
  readonly changed: number
  readonly requestId: string
  readonly openedMs: number
  readonly requesting: string
  readonly beneficiary: string
  /** 1 if the beneficiary country has no access: its figures leave the request out. */
  readonly kept: number
  readonly caseReference: string
  /** 1 for an onward request. */
  readonly follows: number
  /** 1 if another request replaces it. */
  readonly duplicate: number
  readonly typology: string
  /** A bit for each method of `methodSchema`, in its order. */
  readonly methods: number
  readonly rail: string
  readonly institution: string
  /** A digest of the account that the request is about. */
  readonly place: string
  /** Null while the currency or the decimals can't be used (V05). */
  readonly currency: string | null
  readonly requestedHigh: number
  readonly requestedLow: number
  readonly frozenHigh: number
  readonly frozenLow: number
  readonly recoveredHigh: number
  readonly recoveredLow: number
  readonly verifiedS: number | null
  readonly frozenS: number | null
  readonly recoveredS: number | null
}

/** Reads requests as the analysis counts them. */
export interface CountedReader {
  /** Rows changed since, oldest change first, of requests opened from an instant on. */
  changedSince(changed: number, openedFromMs: number, limit: number): CountedRequest[]
  /** Grows when rows are deleted: readers must then drop what they read before. */
  losses(): number
  /** Throws where there is no such row. */
  requestIdOf(row: number): string
}

/** The counted requests as tables of the projection. */
export interface CountedRequests extends CountedReader, OwnTables {
  take(change: CountedChange): void
}

const table = `
  -- One row per request, with all that the analysis counts. \`changed\` grows with each write, so that a reader reads
  -- new rows only.
  CREATE TABLE IF NOT EXISTS analysis_requests (
    row INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    changed INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    requesting TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    kept INTEGER NOT NULL,
    case_reference TEXT NOT NULL,
    follows INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    typology TEXT NOT NULL,
    methods INTEGER NOT NULL,
    rail TEXT NOT NULL,
    institution TEXT NOT NULL,
    place TEXT NOT NULL,
    currency TEXT,
    requested_high INTEGER NOT NULL,
    requested_low INTEGER NOT NULL,
    frozen_high INTEGER NOT NULL,
    frozen_low INTEGER NOT NULL,
    recovered_high INTEGER NOT NULL,
    recovered_low INTEGER NOT NULL,
    verified_s INTEGER,
    frozen_s INTEGER,
    recovered_s INTEGER
  ) STRICT;
  -- Reports of holds that were not corrected: a corrected report is no longer the first hold.
  CREATE TABLE IF NOT EXISTS analysis_holds (
    request_id TEXT NOT NULL,
    report INTEGER NOT NULL,
    held_s INTEGER NOT NULL,
    PRIMARY KEY (request_id, report)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS analysis_changed ON analysis_requests (changed);
`

const columns = `row, changed, request_id AS requestId, opened_ms AS openedMs, requesting, beneficiary, kept, case_reference AS caseReference, follows, duplicate, typology, methods, rail, institution, place,
  currency, requested_high AS requestedHigh, requested_low AS requestedLow, frozen_high AS frozenHigh, frozen_low AS frozenLow, recovered_high AS recoveredHigh, recovered_low AS recoveredLow,
  verified_s AS verifiedS, frozen_s AS frozenS, recovered_s AS recoveredS`

/** Stores a row per request. A fact that changes what is counted costs one statement, any other costs none. */
export function createCountedRequests(file: SqliteFile): CountedRequests {
  file.schema(table)
  const document = file.prepare(
    `INSERT INTO analysis_requests (request_id, changed, opened_ms, requesting, beneficiary, kept, case_reference, follows, duplicate, typology, methods, rail, institution, place,
       currency, requested_high, requested_low, frozen_high, frozen_low, recovered_high, recovered_low, verified_s, frozen_s, recovered_s)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET changed = excluded.changed, kept = excluded.kept, case_reference = excluded.case_reference, follows = excluded.follows, duplicate = excluded.duplicate,
       typology = excluded.typology, methods = excluded.methods, rail = excluded.rail, institution = excluded.institution, place = excluded.place, currency = excluded.currency,
       requested_high = excluded.requested_high, requested_low = excluded.requested_low, frozen_high = excluded.frozen_high, frozen_low = excluded.frozen_low,
       recovered_high = excluded.recovered_high, recovered_low = excluded.recovered_low, verified_s = coalesce(verified_s, excluded.verified_s),
       frozen_s = coalesce(frozen_s, excluded.frozen_s), recovered_s = coalesce(recovered_s, excluded.recovered_s)`,
  )
  const update = file.prepare(
    `UPDATE analysis_requests SET changed = ?, kept = ?, duplicate = ?, currency = ?, requested_high = ?, requested_low = ?, frozen_high = ?, frozen_low = ?, recovered_high = ?, recovered_low = ?,
       verified_s = coalesce(verified_s, ?), frozen_s = coalesce(frozen_s, ?), recovered_s = coalesce(recovered_s, ?) WHERE request_id = ?`,
  )
  const addHold = file.prepare('INSERT OR IGNORE INTO analysis_holds (request_id, report, held_s) VALUES (?, ?, ?)')
  const removeHold = file.prepare('DELETE FROM analysis_holds WHERE request_id = ? AND report = ?')
  const updateHeld = file.prepare(
    'UPDATE analysis_requests SET changed = ?2, frozen_s = (SELECT min(held_s) FROM analysis_holds WHERE request_id = ?1) WHERE request_id = ?1',
  )
  const readChanged = file.prepare(
    `SELECT ${columns} FROM analysis_requests INDEXED BY analysis_changed WHERE changed > ? AND opened_ms >= ? ORDER BY changed LIMIT ?`,
  )
  const readLast = file.prepare('SELECT max(changed) AS last FROM analysis_requests INDEXED BY analysis_changed')
  const readId = file.prepare('SELECT request_id AS requestId FROM analysis_requests WHERE row = ?')
  const lastChange = (): number => (readLast.get() as { last: number | null }).last ?? 0
  let last = lastChange()
  let losses = 0
  // The file may be empty or rebuilt now.
  file.onContentReplaced(() => {
    losses++
    last = lastChange()
  })

  function takeHolds({ requestId, openedAt }: RequestSummary, facts: CountedChange['facts']): void {
    let isCorrected = false
    for (const fact of facts.filter(isKnownFact)) {
      if (isFact(fact, 'FreezeReported')) addHold.run(requestId, fact.sequence, secondsFrom(openedAt, fact))
      if (!isFact(fact, 'AnswerCorrected') || fact.data.corrects !== 'frozen') continue
      removeHold.run(requestId, fact.data.report)
      isCorrected = true
    }
    if (isCorrected) updateHeld.run(requestId, ++last)
  }

  return {
    take({ before, summary, facts }) {
      // A refused command is no fact.
      if (facts.length === 0) return
      const times = timesIn(facts, summary.openedAt)
      const isDuplicate = Number(summary.resultingState.states.includes('closed.duplicate'))
      const newDocument = documentIn(facts)
      if (newDocument) {
        const { offence, payment } = newDocument
        document.run(
          summary.requestId,
          ++last,
          Date.parse(summary.openedAt),
          summary.requestingCountry,
          summary.beneficiaryCountry,
          Number(isKeptFromAddressee(summary)),
          summary.caseReference,
          Number(summary.parent !== null),
          isDuplicate,
          offence.typology,
          bitsOf(offence.methods),
          payment.rail,
          institutionOf(payment.creditorAgent.bic),
          summary.destinationId,
          ...amountsOf(summary),
          ...times,
        )
      } else if (!before || times.some(time => time !== null) || isDuplicate || hasMoved(before, summary))
        update.run(++last, Number(isKeptFromAddressee(summary)), isDuplicate, ...amountsOf(summary), ...times, summary.requestId)
      takeHolds(summary, facts)
    },
    forget(partition) {
      losses++
      for (const name of ['analysis_requests', 'analysis_holds'])
        file.prepare(`DELETE FROM ${name} WHERE request_id IN (SELECT request_id FROM facts WHERE partition = ?)`).run(partition)
    },
    clear() {
      losses++
      for (const name of ['analysis_requests', 'analysis_holds']) file.prepare(`DELETE FROM ${name}`).run()
    },
    changedSince: (changed, openedFromMs, limit) => readChanged.all(changed, openedFromMs, limit) as unknown as CountedRequest[],
    losses: () => losses,
    requestIdOf(row) {
      const found = readId.get(row) as { requestId: string } | undefined
      if (!found) throw new Error(`the analysis has no row ${row}`)
      return found.requestId
    },
  }
}

/** Counts the branches of an institution as one: the last three of eleven characters name the branch (ISO 9362). */
export const institutionOf = (bic: string): string => bic.slice(0, 8)

const bitsOf = (methods: FreezeRequest['offence']['methods'] = []): number =>
  methods.reduce((bits, method) => bits | (1 << methodSchema.options.indexOf(method)), 0)

/** The last document in a batch. */
function documentIn(facts: CountedChange['facts']): FreezeRequest | undefined {
  for (const fact of facts.toReversed()) {
    const document = isKnownFact(fact) ? documentOf(fact) : undefined
    if (document) return document
  }
  return undefined
}

const hasMoved = ({ resultingState: { amounts: was } }: RequestSummary, { resultingState: { amounts: is } }: RequestSummary): boolean =>
  was?.frozen !== is?.frozen || was?.recovered !== is?.recovered || was?.requested !== is?.requested || was?.currency !== is?.currency

function amountsOf({ resultingState: { amounts } }: RequestSummary): [string | null, number, number, number, number, number, number] {
  if (!amounts) return [null, 0, 0, 0, 0, 0, 0]
  const { currency, requested, frozen, recovered } = amounts
  const [request, freeze, recovery] = [requested, frozen, recovered].map(value => limbsOf(BigInt(minorOf({ currency, value }) ?? 0))) as [
    ReturnType<typeof limbsOf>,
    ReturnType<typeof limbsOf>,
    ReturnType<typeof limbsOf>,
  ]
  return [currency, request.high, request.low, freeze.high, freeze.low, recovery.high, recovery.low]
}

/** When the request was first verified, frozen and recovered, as far as these facts show. */
function timesIn(facts: CountedChange['facts'], openedAt: string): [number | null, number | null, number | null] {
  const times: [number | null, number | null, number | null] = [null, null, null]
  for (const fact of facts) {
    const step = stepOf(fact)
    if (step !== undefined) times[step] ??= secondsFrom(openedAt, fact)
  }
  return times
}

const secondsFrom = (openedAt: string, { time }: Pick<Fact, 'time'>): number =>
  Math.max(0, Math.round((Date.parse(time) - Date.parse(openedAt)) / 1000))

function stepOf(fact: LedgerFact): 0 | 1 | 2 | undefined {
  if (!isKnownFact(fact)) return undefined
  if (isFact(fact, 'RequestVerified')) return 0
  if (isFact(fact, 'FreezeReported')) return 1
  return isFact(fact, 'ReturnReported') ? 2 : undefined
}
