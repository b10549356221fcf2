import type { OperationsView, ParkedPage } from '@holdfast/schemas'
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { get, RefusedError } from '../api/client.ts'

export const pollMs = 5_000

export function useOperations(): UseQueryResult<OperationsView> {
  const operations = useQuery({
    queryKey: ['operations'],
    queryFn: ({ signal }) => get<OperationsView>('/v1/operations', signal),
    refetchInterval: pollMs,
  })
  useSessionEnd(operations.error)
  return operations
}

/** Fetches one more page each time, so that a request that is no longer parked leaves no gap. */
export const useParked = (limit: number): UseQueryResult<ParkedPage> =>
  useQuery({
    queryKey: ['parked', limit],
    queryFn: ({ signal }) => get<ParkedPage>(`/v1/parked?limit=${limit}`, signal),
    refetchInterval: pollMs,
    placeholderData: before => before,
  })

/** A reader without a session is asked to sign in by the shell of the page. */
function useSessionEnd(error: Error | null): void {
  const client = useQueryClient()
  const hasEnded = error instanceof RefusedError && error.status === 401
  useEffect(() => {
    if (hasEnded) void client.invalidateQueries({ queryKey: ['session'] })
  }, [client, hasEnded])
}
