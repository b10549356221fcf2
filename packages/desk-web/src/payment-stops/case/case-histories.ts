import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { CaseView, HistoryPage, RequestWithHistory } from '@holdfast/schemas'
import { get } from '../../api/client.ts'
import { wholeHistory } from '../../facts/history-pages.ts'
import type { AnyFact } from '../facts/any-fact.ts'

/** A request with all of its facts. */
export interface RequestHistory {
  readonly request: PaymentStopView
  readonly facts: readonly AnyFact[]
}

/** All facts of all requests of a case, oldest request first. Each request has the state of its newest fact. */
export async function caseHistories({ requests }: CaseView<PaymentStopTypes>, signal?: AbortSignal): Promise<RequestHistory[]> {
  const histories: RequestHistory[] = []
  for (const { requestId } of requests.toReversed()) {
    const shown = await get<RequestWithHistory<PaymentStopTypes>>(`/v1/requests/${requestId}`, signal)
    const facts = await wholeHistory(shown, [], after =>
      get<HistoryPage<PaymentStopTypes>>(`/v1/requests/${requestId}/history?after=${after}`, signal),
    )
    histories.push({ request: shown.request, facts })
  }
  return histories
}
