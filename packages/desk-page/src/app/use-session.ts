import { useQuery } from '@tanstack/react-query'
import { getSession } from './api.ts'

/** Who is signed in; null where nobody is. Asked again now and then, as it ends by itself. */
export const useSession = () => useQuery({ queryKey: ['session'], queryFn: getSession, staleTime: 60_000, refetchInterval: 300_000 })
