/**
 * The commands that caused the facts of a request, in order. The list is shared by all snapshots of one history, each of which sees as much of it as it has facts: a thousand facts would
 * otherwise copy half a million ids.
 */
export interface Causes {
  readonly ids: string[]
  readonly count: number
}

export const causesOf = (ids: readonly string[]): Causes => ({ ids: [...ids], count: ids.length })

/** Whether a command has caused one of the facts that this snapshot has. */
export const isCause = ({ ids, count }: Causes, commandId: string): boolean => {
  const index = ids.indexOf(commandId)
  return index >= 0 && index < count
}

/** Of the fact with this sequence number. */
export const causeOf = ({ ids, count }: Causes, sequence: number): string | undefined => (sequence <= count ? ids[sequence - 1] : undefined)

/** Those of this snapshot alone, as they are stored. */
export const listOf = ({ ids, count }: Causes): string[] => ids.slice(0, count)

/** A snapshot that another has gone on from gets a list of its own. */
export function withCause({ ids, count }: Causes, commandId: string): Causes {
  if (ids.length !== count) return causesOf([...ids.slice(0, count), commandId])
  ids.push(commandId)
  return { ids, count: count + 1 }
}
