import { infiniteQueryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

/** A list that the engine sends page by page. `pathOf` gets the cursor of the page, or nothing for the first. */
export const pagesAt = <Page extends { readonly nextCursor?: string }>(
  queryKey: readonly unknown[],
  pathOf: (after: string | undefined) => string,
) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => get<Page>(pathOf(pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor,
  })

/** The cursor as the last part of a query. */
export const afterPart = (after: string | undefined): string => (after === undefined ? '' : `&after=${encodeURIComponent(after)}`)
