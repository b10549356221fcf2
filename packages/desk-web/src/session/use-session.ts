import { useQuery } from '@tanstack/react-query'
import { getSession } from '../api/client.ts'

export const sessionQuery = { queryKey: ['session'], queryFn: getSession } as const

/** The signed-in person, or null. Fetched again at intervals, because a session ends by itself. */
export const useSession = () => useQuery({ ...sessionQuery, staleTime: 60_000, refetchInterval: 300_000 })
