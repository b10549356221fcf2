import type { ReactNode } from 'react'
import { Button } from '../components/button.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'

interface Listed {
  readonly isError: boolean
  readonly isPending: boolean
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  refetch(): unknown
  fetchNextPage(): unknown
}

interface ListStatesProps {
  readonly list: Listed
  readonly isEmpty: boolean
  readonly none: string
  readonly children: ReactNode
}

/** A list while it loads, after a failure, if it is empty, and if there is more. */
export function ListStates({ list, isEmpty, none, children }: ListStatesProps) {
  const t = useTranslate()
  return (
    <>
      {list.isError && <NotReached of="page" retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {isEmpty && !list.isPending && !list.isError && !list.hasNextPage && <p className="blank quiet">{none}</p>}
      {children}
      {list.hasNextPage && (
        <Button className="centered" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  )
}
