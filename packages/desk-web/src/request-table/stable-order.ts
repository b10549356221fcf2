interface Named {
  readonly requestId: string
}

/**
 * A frozen list with the current content of its rows: none is inserted or removed, and rows of the next page are
 * appended. A row that left the list stays as it was last shown.
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

/** Whether a list starts with these rows, in their order. */
export const beginsWith = (list: readonly Named[], rows: readonly Named[]): boolean =>
  rows.length <= list.length && rows.every(({ requestId }, index) => requestId === list[index]?.requestId)
