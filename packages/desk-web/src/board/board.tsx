import './board.css'
import type { RequestList } from '@holdfast/schemas'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { pagesAt } from '../api/pages.ts'
import { useKeptCurrent } from '../api/use-kept-current.ts'
import { Button } from '../components/button.tsx'
import { download } from '../components/download.ts'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { RequestTable } from '../request-table/request-table.tsx'
import { listQuery } from '../saved-views/board-search.ts'
import { useSession } from '../session/use-session.ts'
import { serverNowMs } from '../time/server-time.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'
import { boardCsv } from './board-csv.ts'
import { BoardFilters } from './board-filters.tsx'
import { Counts } from './counts.tsx'
import { NoneHere } from './none-here.tsx'
import { SavedViews } from './views/saved-views.tsx'

const route = getRouteApi('/')
const sharedMs = 15_000

/** The requests of the reader's country, live. */
export function Board() {
  const t = useTranslate()
  const search = route.useSearch()
  const client = useQueryClient()
  const workflow = usePageWorkflow()
  const isOfUnit = useSession().data?.unit !== undefined
  const list = useInfiniteQuery({
    ...pagesAt<RequestList>(['requests', search], after => `/v1/requests?${listQuery(search, serverNowMs(), after)}`),
    placeholderData: before => before,
    // For a request that is shared without its facts, no fact arrives.
    ...(isOfUnit ? { refetchInterval: sharedMs } : {}),
  })
  const pages = list.data?.pages
  const pageCount = pages?.length ?? 1
  useKeptCurrent(
    useCallback(async () => {
      await Promise.all([client.invalidateQueries({ queryKey: ['requests'] }), client.invalidateQueries({ queryKey: ['counts'] })])
      return pageCount
    }, [client, pageCount]),
  )
  const requests = useMemo(() => pages?.flatMap(page => page.requests), [pages])
  const { fetchNextPage } = list
  const fetchMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  return (
    <div className="stack gap-4" data-busy={list.isFetching || undefined}>
      <h1 className="unseen">{isOfUnit ? t('sharing.withUnit') : t('board')}</h1>
      <Counts />
      <BoardFilters search={search} />
      <SavedViews search={search} />
      {list.isError && <NotReached of="page" retry={() => void list.refetch()} />}
      {requests ? (
        <RequestTable
          key={JSON.stringify(search)}
          requests={requests}
          none={<NoneHere search={search} />}
          hasMore={list.hasNextPage}
          fetchMore={list.hasNextPage && !list.isFetching && !list.isError ? fetchMore : undefined}
        />
      ) : (
        !list.isError && <Loading />
      )}
      {requests && requests.length > 0 && (
        <Button className="centered" onClick={() => download('requests.csv', 'text/csv;charset=utf-8', boardCsv(requests, workflow))}>
          {t('csv')}
        </Button>
      )}
      {list.hasNextPage && (
        <Button className="centered" disabled={list.isFetchingNextPage} onClick={fetchMore}>
          {t('more')}
        </Button>
      )}
    </div>
  )
}
