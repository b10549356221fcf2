import { accepted, type Fact, type HistoryPage, type RequestWithHistory, type Result } from '@holdfast/schemas'
import { type Connection, call } from './call.ts'
import type { ProblemDetails } from './problem-details.ts'

/**
 * Returns a request with its whole history: the engine sends the newest page with the request, and earlier ones one by
 * one. Facts never change, so the pages fit.
 */
export async function getWholeRequest(connection: Connection, path: string): Promise<Result<RequestWithHistory, ProblemDetails>> {
  const shown = await call<RequestWithHistory>(connection, path)
  if (!shown.ok || shown.value.nextCursor === undefined) return shown
  const { nextCursor, ...request } = shown.value
  const pages: Fact[][] = [request.history]
  const seen = new Set<string>()
  // An engine that returns an earlier cursor would do so forever.
  for (let after: string | undefined = nextCursor; after !== undefined && !seen.has(after); ) {
    seen.add(after)
    const page: Result<HistoryPage, ProblemDetails> = await call<HistoryPage>(connection, `${path}/history`, { query: { after } })
    if (!page.ok) return page
    pages.unshift(page.value.history)
    after = page.value.nextCursor
  }
  return accepted({ ...request, history: pages.flat() })
}
