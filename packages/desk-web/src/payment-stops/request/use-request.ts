import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { HistoryPage, RequestWithHistory } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { get } from '../../api/client.ts'
import { useFacts } from '../../api/live.ts'
import { wholeHistory } from '../../facts/history-pages.ts'
import type { AnyFact } from '../facts/any-fact.ts'

/** A request with all of its facts, kept current. Each request has its own instance of the component. */
export function useRequest(id: string) {
  const client = useQueryClient()
  const known = useRef<readonly AnyFact[]>([])
  const shown = useQuery({
    queryKey: ['request', id],
    queryFn: ({ signal }) => get<RequestWithHistory<PaymentStopTypes>>(`/v1/requests/${id}`, signal),
  })
  const newest = shown.data
  const whole = useQuery<readonly AnyFact[]>({
    queryKey: ['facts', id, newest?.request.sequence],
    enabled: newest !== undefined,
    placeholderData: before => before,
    queryFn: async ({ signal }) => {
      const facts = await wholeHistory(newest ?? { history: [] }, known.current, after =>
        get<HistoryPage<PaymentStopTypes>>(`/v1/requests/${id}/history?after=${after}`, signal),
      )
      known.current = facts
      return facts
    },
  })
  useFacts(
    useCallback(
      facts => {
        if (!facts.some(fact => fact.subject === id)) return
        void client.invalidateQueries({ queryKey: ['request', id] })
        void client.invalidateQueries({ queryKey: ['actions', id] })
      },
      [client, id],
    ),
  )
  const facts: readonly AnyFact[] = whole.data ?? newest?.history ?? []
  const retryOlder = whole.isError ? () => void whole.refetch() : undefined
  return { shown, facts, isWhole: facts[0]?.sequence === 1, retryOlder }
}
