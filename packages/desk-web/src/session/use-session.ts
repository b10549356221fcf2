import { useQuery } from '@tanstack/react-query'
import { getSession } from '../api/client.ts'

export const sessionQuery = { queryKey: ['session'], queryFn: getSession } as const

/** Who is signed in; null where nobody is. Asked again now and then, as it ends by itself. */
export const useSession = () => useQuery({ ...sessionQuery, staleTime: 60_000, refetchInterval: 300_000 })
