import type { Analysis, AnalysisDays } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { get } from '../api/client.ts'
import { useFacts } from '../api/live.ts'

/** However many facts come, so often is it asked again at most. */
const everyMs = 5_000
/** Time passes without a fact, and who sees sums alone is told of none. */
const idleMs = 20_000

/** How long to wait before it is asked again, when it was last asked some time ago. */
export const waitMs = (sinceMs: number): number => Math.max(0, everyMs - sinceMs)

/** The analysis of a window, asked for again as facts come. */
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
