import type { Views } from '@holdfast/core'
import type { PaymentStopView } from '../language/index.ts'
import {
  evolveSummary,
  evolveSummaryByRefusal,
  isKeptFromAddressee,
  type RequestSummary,
  summaryOf,
  viewOfSummary,
} from '../lifecycle/request-summary.ts'
import type { StatechartSnapshot } from '../lifecycle/transition.ts'
import { alertsOf } from './alerts.ts'
import { decisions } from './decisions.ts'
import { isSearchable, searchTermsOf } from './search-terms.ts'

/** How readers see a payment stop. */
export const views: Views<StatechartSnapshot, RequestSummary, PaymentStopView> = {
  summaryOf,
  evolveSummary,
  evolveSummaryByRefusal,
  viewOf: viewOfSummary,
  partiesOf: summary => [
    { country: summary.requestingCountry, isDenied: false },
    { country: summary.beneficiaryCountry, isDenied: isKeptFromAddressee(summary) },
  ],
  deadlinesOf: ({ resultingState }) => resultingState.deadlines,
  // Beyond 2⁵³ two amounts can be equal.
  rankOf: ({ resultingState: { amounts } }) => amounts && { group: amounts.currency, rank: Number(amounts.requested) },
  alertsOf,
  decisions,
  isSearchable,
  searchTermsOf,
}
