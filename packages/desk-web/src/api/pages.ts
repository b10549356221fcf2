import { infiniteQueryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

/** A list that the engine gives a page at a time. `pathOf` gets the cursor of the page that is wanted, and nothing for the first. */
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
