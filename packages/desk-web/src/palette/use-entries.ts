import type { RequestList } from '@holdfast/schemas'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { get } from '../api/client.ts'
import { useTranslate } from '../locales/index.ts'
import { useViews } from '../saved-views/use-views.ts'
import { pagesFor } from '../session/pages.ts'
import { useSession } from '../session/use-session.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'
import { type Entry, foundEntries, matching } from './entries.ts'
import { recentEntries } from './recent.ts'

export interface EntryGroup {
  readonly title: string
  readonly entries: readonly Entry[]
}

/** The minimum length of a search text of the engine. */
const typedMin = 2

/** The entries for a typed text: pages, saved views, requests of this tab, and hits of the engine. */
export function useEntries(typed: string): { readonly groups: readonly EntryGroup[]; readonly isLooking: boolean } {
  const t = useTranslate()
  const client = useQueryClient()
  const router = useRouter()
  const { countriesOf } = usePageWorkflow()
  const { views } = useViews()
  const who = useSession().data
  const wanted = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['found', wanted],
    queryFn: ({ signal }) => get<RequestList>(`/v1/requests?q=${encodeURIComponent(wanted)}&limit=8`, signal),
    enabled: wanted.length >= typedMin,
    gcTime: 0,
    retry: false,
  })
  const pages = pagesFor(who ?? {}, t).map(({ name, path, keys }) => ({ id: path, href: path, name, detail: keys }))
  const saved = views.map(({ name, search }) => ({ id: `view ${name}`, name, href: router.buildLocation({ to: '/', search }).href }))
  const groups = [
    { title: t('palette.pagesTitle'), entries: matching(pages, wanted) },
    { title: t('views.title'), entries: matching(saved, wanted) },
    {
      title: t('palette.recent'),
      entries: matching(recentEntries(client, countriesOf, t), wanted),
    },
    {
      title: t('palette.found'),
      entries: foundEntries(found.data?.requests ?? [], countriesOf, t),
    },
  ]
  return { groups: groups.filter(({ entries }) => entries.length > 0), isLooking: found.isFetching }
}
