import type { Fact, HistoryPage } from '@holdfast/schemas'

/** A fact as the page reads it: its kind may be unknown. */
export type AnyFact = Pick<
  Fact,
  'id' | 'subject' | 'time' | 'sequence' | 'phase' | 'prevhash' | 'hash' | 'actor' | 'decryptedactor' | 'causationid' | 'orderid'
> & {
  readonly type: string
  readonly data: Fact['data'] | Pick<Fact['data'], 'resultingState'>
}

/**
 * All facts of a request, oldest first: the newest page, the known facts, and missing pages between them. Facts never
 * change, so none is fetched twice. A page without new facts ends the loop: the missing facts are then older than the
 * shown ones.
 */
export async function wholeHistory(
  newest: HistoryPage,
  known: readonly AnyFact[],
  fetchAfter: (cursor: string) => Promise<HistoryPage>,
): Promise<readonly AnyFact[]> {
  let facts: readonly AnyFact[] = newest.history
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
