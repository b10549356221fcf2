import type { PaymentStopView, RequestOrders } from '@holdfast/payment-stop/language'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { get } from '../../../api/client.ts'
import { coreQuery } from '../../../core/use-core.ts'
import { useSession } from '../../../session/use-session.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { type OrderGroup, orderGroups } from './order-groups.ts'

/** Deliveries are in no fact, so no stream reports them: they are fetched again, soon while one is under way. */
const soonMs = 5_000
const laterMs = 60_000

const isUnderWay = ({ orders, behind }: RequestOrders): boolean =>
  behind === true || orders.some(({ deliveries: [first, ...others] }) => first !== undefined && others.length === 0)

interface ShownOrders {
  readonly groups: readonly OrderGroup[]
  /** Whether the reader is of the bank's country; undefined until the session is known. */
  readonly isOwn: boolean | undefined
  readonly isBehind: boolean
  readonly isPending: boolean
  readonly retry: (() => void) | undefined
}

/** The orders of a request up to the viewed fact. */
export function useOrders(
  { requestId, beneficiaryCountry, sequence }: PaymentStopView,
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
    // An order follows its fact after a moment.
    refetchInterval: ({ state }) => (state.dataUpdateCount < 3 || (state.data && isUnderWay(state.data)) ? soonMs : laterMs),
  })
  const causes = useMemo(() => core.data?.orderCauses(facts) ?? new Map<string, number>(), [core.data, facts])
  const list = isOwn ? (orders.data?.orders ?? []) : undefined
  const last = seen.length < facts.length ? seen.at(-1)?.time : undefined
  const messages = useMemo(
    () => (isOwn ? (orders.data?.messages ?? []) : []).filter(({ at }) => last === undefined || at <= last),
    [isOwn, orders.data, last],
  )
  // Without the core, an acknowledgement would seem to have no order.
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
