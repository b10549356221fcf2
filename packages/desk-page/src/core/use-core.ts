import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AnyFact } from '../facts/history-pages.ts'
import { type Standing, statedBy } from '../facts/standing.ts'

export const coreQuery = { queryKey: ['core'], queryFn: () => import('./core.ts'), staleTime: Number.POSITIVE_INFINITY } as const

export interface Steps {
  /** How the request stood after each fact. */
  readonly standings: readonly Standing[]
  /** Whether all of it was folded here. Where not, it is what the facts say. */
  readonly isFolded: boolean
  readonly isFolding: boolean
  /** There where the core could not be fetched: nothing is folded or checked then. */
  readonly retry: (() => void) | undefined
}

/** The request after each of its facts; as the facts say it until the core is there to fold. */
export function useSteps(facts: readonly AnyFact[], isWhole: boolean): Steps {
  const core = useQuery({ ...coreQuery, enabled: isWhole })
  const stated = useMemo(() => facts.map(statedBy), [facts])
  const folded = useMemo(() => (isWhole ? core.data?.foldEach(facts) : undefined), [facts, isWhole, core.data])
  const standings = useMemo(() => stated.map((standing, at) => folded?.[at] ?? standing), [stated, folded])
  return {
    standings,
    isFolded: folded !== undefined && !folded.includes(undefined),
    isFolding: folded === undefined && !core.isError,
    retry: core.isError ? () => void core.refetch() : undefined,
  }
}

/** Whether each hash is right; undefined until it is known. */
export function useChain(facts: readonly AnyFact[], isWhole: boolean) {
  const core = useQuery({ ...coreQuery, enabled: isWhole })
  const last = facts.at(-1)
  return useQuery({
    queryKey: ['chain', last?.subject, last?.hash],
    queryFn: () => core.data?.checkChain(facts),
    enabled: isWhole && core.data !== undefined && last !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}
