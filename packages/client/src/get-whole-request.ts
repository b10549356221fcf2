import { type ApiTypes, accepted, type HistoryPage, type RequestWithHistory, type Result } from '@holdfast/schemas'
import { type Connection, call } from './call.ts'
import type { ProblemDetails } from './problem-details.ts'

/**
 * Returns a request with its whole history: the engine sends the newest page with the request, and earlier ones one by
 * one. Facts never change, so the pages fit.
 */
export async function getWholeRequest<T extends ApiTypes>(
  connection: Connection,
  path: string,
): Promise<Result<RequestWithHistory<T>, ProblemDetails>> {
  const shown = await call<RequestWithHistory<T>>(connection, path)
  if (!shown.ok || shown.value.nextCursor === undefined) return shown
  const { nextCursor, ...request } = shown.value
  const pages: T['fact'][][] = [request.history]
  const seen = new Set<string>()
  // An engine that returns an earlier cursor would do so forever.
  for (let after: string | undefined = nextCursor; after !== undefined && !seen.has(after); ) {
    seen.add(after)
    const page: Result<HistoryPage<T>, ProblemDetails> = await call<HistoryPage<T>>(connection, `${path}/history`, { query: { after } })
    if (!page.ok) return page
    pages.unshift(page.value.history)
    after = page.value.nextCursor
  }
  return accepted({ ...request, history: pages.flat() })
}
