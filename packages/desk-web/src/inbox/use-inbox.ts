import type { InboxKind, InboxPage } from '@holdfast/schemas'
import { type QueryClient, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useWorkNews } from '../api/live.ts'
import { afterPart, pagesAt } from '../api/pages.ts'
import { useKeptCurrent } from '../api/use-kept-current.ts'

/** Open requests of the desk by whose they are, or what is put aside, a page after the other. */
export const useInbox = (kind: InboxKind) =>
  useInfiniteQuery(pagesAt<InboxPage>(['inbox', kind], after => `/v1/work-inbox?for=${kind}${afterPart(after)}`))

const ofInbox = [['inbox'], ['open-alerts'], ['alerts'], ['proposals']]

/** Gives what it may cost, in requests. */
export async function askInboxAgain(client: QueryClient): Promise<number> {
  await Promise.all(ofInbox.map(queryKey => client.invalidateQueries({ queryKey })))
  return ofInbox.length
}

/** What is shown of the inbox is asked for again when a fact comes, or something was done at the desk. */
export function useInboxKeptUp(): void {
  const client = useQueryClient()
  const askAgain = useCallback(() => askInboxAgain(client), [client])
  useKeptCurrent(askAgain)
  useWorkNews(askAgain)
}
