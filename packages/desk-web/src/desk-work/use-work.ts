import type { ApiTypes, PersonList, WorkPage } from '@holdfast/schemas'
import { isWorkRole } from '@holdfast/schemas/work-roles'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { get } from '../api/client.ts'
import { useFacts, useWorkNews } from '../api/live.ts'
import { afterPart, pagesAt } from '../api/pages.ts'
import { useSession } from '../session/use-session.ts'

/** The reader's person if it belongs to a national desk; otherwise undefined. */
export function useDeskPerson(): string | undefined {
  const who = useSession().data
  return who && isWorkRole(who.role) && who.unit === undefined ? who.person.toLowerCase() : undefined
}

/** The desk's work on a request, kept current: the newest page, and older ones on demand. */
export function useRequestWork<T extends ApiTypes = ApiTypes>(requestId: string) {
  const client = useQueryClient()
  const work = useInfiniteQuery(
    pagesAt<WorkPage<T>>(['work', requestId], after => `/v1/work?requestId=${requestId}&limit=20${afterPart(after)}`),
  )
  const askAgain = useCallback(() => client.invalidateQueries({ queryKey: ['work', requestId] }), [client, requestId])
  useWorkNews(
    useCallback(
      news => {
        if ('missed' in news || news.requestIds.includes(requestId)) void askAgain()
      },
      [askAgain, requestId],
    ),
  )
  // A fact may be an alert, and end a snooze.
  useFacts(useCallback(facts => facts.some(fact => fact.subject === requestId) && void askAgain(), [askAgain, requestId]))
  return { work, askAgain }
}

/** The officers who have used the desk of the reader's country. */
export const usePersons = (): readonly string[] =>
  useQuery({
    queryKey: ['persons'],
    queryFn: ({ signal }) => get<PersonList>('/v1/persons', signal),
    staleTime: 60_000,
  }).data?.persons.map(({ person }) => person) ?? []
