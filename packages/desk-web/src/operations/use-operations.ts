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

/** Of one more page than before each time: a request that is not parked any more leaves no hole. */
export const useParked = (limit: number): UseQueryResult<ParkedPage> =>
  useQuery({
    queryKey: ['parked', limit],
    queryFn: ({ signal }) => get<ParkedPage>(`/v1/parked?limit=${limit}`, signal),
    refetchInterval: pollMs,
    placeholderData: before => before,
  })

/** Who is not signed in any more is asked to sign in by the frame of the page. */
function useSessionEnd(error: Error | null): void {
  const client = useQueryClient()
  const hasEnded = error instanceof RefusedError && error.status === 401
  useEffect(() => {
    if (hasEnded) void client.invalidateQueries({ queryKey: ['session'] })
  }, [client, hasEnded])
}
