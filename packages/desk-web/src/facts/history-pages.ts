/** Facts of a request, oldest first, and where earlier ones are. */
interface Page<F> {
  readonly history: readonly F[]
  readonly nextCursor?: string
}

/**
 * All facts of a request, oldest first: the newest page, the known facts, and missing pages between them. Facts never
 * change, so none is fetched twice. A page without new facts ends the loop: the missing facts are then older than the
 * shown ones.
 */
export async function wholeHistory<F extends { readonly sequence: number }>(
  newest: Page<F>,
  known: readonly F[],
  fetchAfter: (cursor: string) => Promise<Page<F>>,
): Promise<readonly F[]> {
  let facts = newest.history
  for (let { nextCursor } = newest; ; ) {
    const first = facts[0]?.sequence ?? 1
    const older = known.filter(fact => fact.sequence < first)
    if (first === 1 || older.at(-1)?.sequence === first - 1) return [...older, ...facts]
    if (nextCursor === undefined) return facts
    const page = await fetchAfter(nextCursor)
    const earlier = page.history.filter(fact => fact.sequence < first)
    if (earlier.length === 0) return facts
    facts = [...earlier, ...facts]
    nextCursor = page.nextCursor
  }
}
