import type { InboxKind, InboxPage } from '@holdfast/schemas'
import { type QueryClient, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useWorkNews } from '../api/live.ts'
import { afterPart, pagesAt } from '../api/pages.ts'
import { useKeptCurrent } from '../api/use-kept-current.ts'

/** Open requests of the desk by assignee, or snoozed ones, page by page. */
export const useInbox = (kind: InboxKind) =>
  useInfiniteQuery(pagesAt<InboxPage>(['inbox', kind], after => `/v1/work-inbox?for=${kind}${afterPart(after)}`))

const ofInbox = [['inbox'], ['open-alerts'], ['alerts'], ['proposals']]

/** Returns the possible cost in requests. */
export async function askInboxAgain(client: QueryClient): Promise<number> {
  await Promise.all(ofInbox.map(queryKey => client.invalidateQueries({ queryKey })))
  return ofInbox.length
}

/** The shown inbox is fetched again when a fact arrives or the desk has done something. */
export function useInboxKeptUp(): void {
  const client = useQueryClient()
  const askAgain = useCallback(() => askInboxAgain(client), [client])
  useKeptCurrent(askAgain)
  useWorkNews(askAgain)
}
