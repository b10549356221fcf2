import type { RequestWithHistory } from '@holdfast/schemas'
import type { QueryClient } from '@tanstack/react-query'
import type { Translate } from '../locales/index.ts'
import type { PageWorkflow } from '../workflow/page-workflow.ts'
import { type Entry, requestEntry } from './entries.ts'

const recentMax = 8
/** Requests viewed in this tab, newest first. They are gone with the tab: the browser keeps nothing of a request. */
let recent: readonly string[] = []

export function sawPath(path: string): void {
  const id = /^\/requests\/([0-9a-f-]{36})$/.exec(path)?.[1]
  if (id) recent = [id, ...recent.filter(other => other !== id)].slice(0, recentMax)
}

/** Those that this page still knows by their reference. */
export const recentEntries = (client: QueryClient, countriesOf: PageWorkflow['countriesOf'], t: Translate): readonly Entry[] =>
  recent.flatMap(id => {
    const shown = client.getQueryData<RequestWithHistory>(['request', id])
    return shown ? [{ id: `recent ${id}`, ...requestEntry(shown.request, countriesOf, t) }] : []
  })
