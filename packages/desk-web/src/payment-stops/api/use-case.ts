import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { CaseView } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { get } from '../../api/client.ts'

/** A case as far as the reader may see it. */
export const useCase = (country: string, reference: string) =>
  useQuery({
    queryKey: ['case', country, reference],
    queryFn: ({ signal }) => get<CaseView<PaymentStopTypes>>(`/v1/cases/${country}/${encodeURIComponent(reference)}`, signal),
  })

/**
 * The position of a request in its case by opening, and the number of requests. Undefined if the case has more than a
 * page.
 */
export function positionInCase(
  { requests, sums }: CaseView<PaymentStopTypes>,
  requestId: string,
): { readonly nth: number; readonly of: number } | undefined {
  const at = requests.findIndex(request => request.requestId === requestId)
  return sums && at >= 0 ? { nth: requests.length - at, of: requests.length } : undefined
}
