import type { PersonList, WorkPage } from '@holdfast/schemas'
import { doesWork } from '@holdfast/schemas/work-roles'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { get } from '../api/client.ts'
import { useFacts, useWorkNews } from '../api/live.ts'
import { afterPart, pagesAt } from '../api/pages.ts'
import { useSession } from '../session/use-session.ts'

/** The person of the reader where it is of the desk of its country; undefined where its work is not for the reader. */
export function useDeskPerson(): string | undefined {
  const who = useSession().data
  return who && doesWork(who.role) && who.unit === undefined ? who.person.toLowerCase() : undefined
}

/** What was done of a request at the reader's desk, kept as it is now: the page that is newest, and older ones as they are asked for. */
export function useRequestWork(requestId: string) {
  const client = useQueryClient()
  const work = useInfiniteQuery(
    pagesAt<WorkPage>(['work', requestId], after => `/v1/work?requestId=${requestId}&limit=20${afterPart(after)}`),
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
  // A fact may be one that somebody has to look at, and wake what is put aside.
  useFacts(useCallback(facts => facts.some(fact => fact.subject === requestId) && void askAgain(), [askAgain, requestId]))
  return { work, askAgain }
}

/** Who of the reader's country has been at the desk. */
export const usePersons = (): readonly string[] =>
  useQuery({
    queryKey: ['persons'],
    queryFn: ({ signal }) => get<PersonList>('/v1/persons', signal),
    staleTime: 60_000,
  }).data?.persons.map(({ person }) => person) ?? []
