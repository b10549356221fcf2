import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { CaseView } from '@holdfast/schemas'
import { get } from '../../../api/client.ts'
import { serverNowMs } from '../../../time/server-time.ts'
import { factLines } from '../../facts/fact-lines.ts'
import { type RequestState, statedBy } from '../../facts/resulting-state.ts'
import { caseHistories, type RequestHistory } from '../case-histories.ts'

/** A request in a report: its state after each fact, and the hash of its whole history. */
export interface ReportedRequest extends RequestHistory {
  readonly standings: readonly RequestState[]
  readonly head: string
}

/** A case at one moment, with its proof. */
export interface CaseReport {
  readonly shown: CaseView<PaymentStopTypes>
  readonly requests: readonly ReportedRequest[]
  /** Totals of all requests: facts, and facts with a wrong hash. */
  readonly facts: number
  readonly problems: number
  readonly madeAt: string
  /** The facts as a file for `holdfast verify`, and the SHA-256 of its bytes. */
  readonly file: string
  readonly fileSha256: string
}

/**
 * Fetches all facts of a case and checks each hash before the report shows. Throws if a fetch fails, because a partial
 * report is worthless.
 */
export async function makeReport(country: string, reference: string, signal: AbortSignal): Promise<CaseReport> {
  const [{ checkChain }, shown] = await Promise.all([
    import('../../../core/core.ts'),
    get<CaseView<PaymentStopTypes>>(`/v1/cases/${country}/${encodeURIComponent(reference)}`, signal),
  ])
  const histories = await caseHistories(shown, signal)
  const requests: ReportedRequest[] = []
  let [facts, problems] = [0, 0]
  for (const history of histories) {
    const check = await checkChain(history.facts)
    facts += check.facts
    // A history without its beginning cannot be checked. A request without facts is reported as not shared.
    problems += check.problems + (history.facts.length === 0 || history.facts[0]?.sequence === 1 ? 0 : 1)
    requests.push({
      ...history,
      standings: history.facts.map(statedBy),
      head: history.facts.at(-1)?.hash ?? '',
    })
  }
  const file = factLines(histories.flatMap(history => history.facts))
  return {
    shown,
    requests,
    facts,
    problems,
    madeAt: new Date(Math.floor(serverNowMs() / 1000) * 1000).toISOString(),
    file,
    fileSha256: await sha256Of(file),
  }
}

/** The digest as `sha256sum` prints it. */
async function sha256Of(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}
