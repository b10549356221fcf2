import type { CaseView } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { get } from './client.ts'

/** A case as far as the reader's country has a part in it. */
export const useCase = (country: string, reference: string) =>
  useQuery({
    queryKey: ['case', country, reference],
    queryFn: ({ signal }) => get<CaseView>(`/v1/cases/${country}/${encodeURIComponent(reference)}`, signal),
  })

/** The how-manieth of the requests of its case one is, by when they were opened, and of how many. Undefined of a case that has more than are shown. */
export function positionInCase({ requests, sums }: CaseView, requestId: string): { readonly nth: number; readonly of: number } | undefined {
  const at = requests.findIndex(request => request.requestId === requestId)
  return sums && at >= 0 ? { nth: requests.length - at, of: requests.length } : undefined
}
