import type { Fact, HistoryPage } from '@holdfast/schemas'

/** A fact as it is read here: the kind may be one to come. */
export type AnyFact = Pick<
  Fact,
  'id' | 'subject' | 'time' | 'sequence' | 'phase' | 'prevhash' | 'hash' | 'actor' | 'actoropened' | 'causationid' | 'orderid'
> & {
  readonly type: string
  readonly data: Fact['data'] | Pick<Fact['data'], 'ledTo'>
}

/**
 * All facts of a request, oldest first: the newest page, what is known already, and the pages between them that are not. Facts never change, so that none is fetched twice.
 * A page that brings nothing ends it: what is left out then is older than what is shown.
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
