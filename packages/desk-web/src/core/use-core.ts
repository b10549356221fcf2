import type { LedgerFact } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'

export const coreQuery = { queryKey: ['core'], queryFn: () => import('./core.ts'), staleTime: Number.POSITIVE_INFINITY } as const

/**
 * The result of the hash check, undefined until it is known. `retry` is set if the checking code could not be fetched.
 */
export function useChain(facts: readonly LedgerFact[], isWhole: boolean) {
  const core = useQuery({ ...coreQuery, enabled: isWhole })
  const last = facts.at(-1)
  const { data: check } = useQuery({
    queryKey: ['chain', last?.subject, last?.hash],
    queryFn: () => core.data?.checkChain(facts),
    enabled: isWhole && core.data !== undefined && last !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return { check, retry: core.isError ? () => void core.refetch() : undefined }
}
