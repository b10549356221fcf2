/** The lists of the inbox. The address names one of them. */
export const workLists = ['me', 'unassigned', 'second', 'look', 'snoozed'] as const
export type WorkList = (typeof workLists)[number]

export const readInboxSearch = (search: Record<string, unknown>): { list?: WorkList } => {
  const list = workLists.find(each => each === search.list)
  return list ? { list } : {}
}
