import type { Analysis, AnalysisDays } from '@holdfast/payment-stop/language'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { get } from '../../api/client.ts'
import { useFacts } from '../../api/live.ts'

/** The minimum interval between two fetches, however many facts come. */
const everyMs = 5_000
/** Time passes without a fact, and callers with access to sums only get no facts. */
const idleMs = 20_000

/** How long to wait before the next fetch, after a last one of some time ago. */
export const waitMs = (sinceMs: number): number => Math.max(0, everyMs - sinceMs)

/** The analysis of a window, fetched again as facts come. */
export function useAnalysis(days: AnalysisDays) {
  const client = useQueryClient()
  const askedMs = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useFacts(
    useCallback(() => {
      if (timer.current !== undefined) return
      timer.current = setTimeout(
        () => {
          timer.current = undefined
          askedMs.current = Date.now()
          void client.invalidateQueries({ queryKey: ['analysis'] })
        },
        waitMs(Date.now() - askedMs.current),
      )
    }, [client]),
  )
  return useQuery({
    queryKey: ['analysis', days],
    queryFn: ({ signal }) => get<Analysis>(`/v1/analysis?days=${days}`, signal),
    placeholderData: before => before,
    refetchInterval: idleMs,
  })
}
