import { accepted, type Fact, type HistoryPage, type Result, type ShownRequest } from '@holdfast/schemas'
import { type Connection, call } from './call.ts'
import type { ProblemDetails } from './problem-details.ts'

/** A request with its whole history: the engine gives the newest page with the request, and the earlier ones one by one. Facts are never changed, so the pages fit. */
export async function showWhole(connection: Connection, path: string): Promise<Result<ShownRequest, ProblemDetails>> {
  const shown = await call<ShownRequest>(connection, path)
  if (!shown.ok || shown.value.historyBefore === undefined) return shown
  const { historyBefore, ...request } = shown.value
  const pages: Fact[][] = [request.history]
  for (let before: number | undefined = historyBefore; before !== undefined; ) {
    const page: Result<HistoryPage, ProblemDetails> = await call<HistoryPage>(connection, `${path}/history`, { query: { before } })
    if (!page.ok) return page
    pages.unshift(page.value.history)
    // An engine that leads back to where it was would do so for ever.
    before = page.value.historyBefore !== undefined && page.value.historyBefore < before ? page.value.historyBefore : undefined
  }
  return accepted({ ...request, history: pages.flat() })
}
