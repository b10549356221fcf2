import type { RequestOrders, RequestView } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { get } from '../../api/client.ts'
import { coreQuery } from '../../core/use-core.ts'
import type { AnyFact } from '../../facts/history-pages.ts'
import { useSession } from '../../session/use-session.ts'
import { type OrderGroup, orderGroups } from './order-groups.ts'

/** How an order is brought is in no fact, so that no stream tells of it: it is asked after again, soon as long as one is under way. */
const soonMs = 5_000
const laterMs = 60_000

const isUnderWay = ({ orders, behind }: RequestOrders): boolean =>
  behind === true || orders.some(({ deliveries: [first, ...others] }) => first !== undefined && others.length === 0)

interface ShownOrders {
  readonly groups: readonly OrderGroup[]
  /** Whether the bank's side is the reader's own; undefined until it is known who asks. */
  readonly isOwn: boolean | undefined
  readonly isBehind: boolean
  readonly isPending: boolean
  readonly retry: (() => void) | undefined
}

/** The orders of a request up to the facts that are looked at. */
export function useOrders(
  { requestId, beneficiaryCountry, sequence }: RequestView,
  facts: readonly AnyFact[],
  seen: readonly AnyFact[],
): ShownOrders {
  const core = useQuery(coreQuery)
  const session = useSession()
  const isOwn = session.data ? session.data.country === beneficiaryCountry && !session.data.unit : undefined
  const orders = useQuery({
    queryKey: ['orders', requestId, sequence],
    queryFn: ({ signal }) => get<RequestOrders>(`/v1/requests/${requestId}/orders`, signal),
    enabled: isOwn === true,
    placeholderData: before => before,
    // An order follows its fact by a moment.
    refetchInterval: ({ state }) => (state.dataUpdateCount < 3 || (state.data && isUnderWay(state.data)) ? soonMs : laterMs),
  })
  const causes = useMemo(() => core.data?.orderCauses(facts) ?? new Map<string, number>(), [core.data, facts])
  const list = isOwn ? (orders.data?.orders ?? []) : undefined
  const last = seen.length < facts.length ? seen.at(-1)?.time : undefined
  const messages = useMemo(
    () => (isOwn ? (orders.data?.messages ?? []) : []).filter(({ at }) => last === undefined || at <= last),
    [isOwn, orders.data, last],
  )
  // Without what the core says an acknowledgement would stand there as if nothing had been ordered.
  const isCoreAwaited = core.isPending
  const groups = useMemo(
    () => (isCoreAwaited ? [] : orderGroups(seen, list, causes, messages)),
    [isCoreAwaited, seen, list, causes, messages],
  )
  return {
    groups,
    isOwn,
    isBehind: orders.data?.behind === true,
    isPending: isCoreAwaited || isOwn === undefined || (isOwn && orders.isPending),
    retry: orders.isError ? () => void orders.refetch() : undefined,
  }
}
