import type { RequestWithHistory } from '@holdfast/schemas'
import type { QueryClient } from '@tanstack/react-query'
import { type Entry, requestHref } from './entries.ts'

const recentMax = 8
/** Requests that were looked at in this tab, newest first. With the tab they are gone: nothing of any request is kept in a browser. */
let recent: readonly string[] = []

export function sawPath(path: string): void {
  const id = /^\/requests\/([0-9a-f-]{36})$/.exec(path)?.[1]
  if (id) recent = [id, ...recent.filter(other => other !== id)].slice(0, recentMax)
}

/** Those that this page still knows by their reference. */
export const recentEntries = (client: QueryClient, theRequest: (reference: string) => string): readonly Entry[] =>
  recent.flatMap(id => {
    const shown = client.getQueryData<RequestWithHistory>(['request', id])
    if (!shown) return []
    const { caseReference, requestingCountry, beneficiaryCountry } = shown.request
    return [
      {
        id: `recent ${id}`,
        href: requestHref(id),
        name: theRequest(caseReference),
        detail: `${id.slice(0, 8)} · ${requestingCountry} · ${beneficiaryCountry}`,
      },
    ]
  })
