interface Named {
  readonly requestId: string
}

/**
 * A list that stands still, with its rows as they are now: none comes between them, none leaves, and what was fetched behind the last one follows. What is in the list no more stays as it was last seen.
 */
export function stableOrder<T extends Named>(held: readonly T[], now: readonly T[]): readonly T[] {
  const places = new Map(now.map(({ requestId }, index) => [requestId, index]))
  const known = new Set(held.map(({ requestId }) => requestId))
  const last = Math.max(-1, ...held.map(({ requestId }) => places.get(requestId) ?? -1))
  return [
    ...held.map(row => now[places.get(row.requestId) ?? -1] ?? row),
    ...now.slice(last + 1).filter(({ requestId }) => !known.has(requestId)),
  ]
}

/** Whether a list begins with these rows, in their order. */
export const beginsWith = (list: readonly Named[], rows: readonly Named[]): boolean =>
  rows.length <= list.length && rows.every(({ requestId }, index) => requestId === list[index]?.requestId)
