/**
 * The commands that caused the facts of a request, in order. The lists are shared by all snapshots of one history, each of which sees as much of them as it has facts: a thousand facts would
 * otherwise copy half a million ids.
 */
export interface Causes {
  readonly ids: string[]
  /** The number of the fact that each command has caused: a scan of 800 ids costs a third of a decision. */
  readonly sequences: Map<string, number>
  readonly count: number
}

export const causesOf = (ids: readonly string[]): Causes => ({
  ids: [...ids],
  // The first one counts, as entries that come later replace those before.
  sequences: new Map(ids.map((id, index) => [id, index + 1] as const).reverse()),
  count: ids.length,
})

/** Whether a command has caused one of the facts that this snapshot has. */
export const isCause = ({ sequences, count }: Causes, commandId: string): boolean => (sequences.get(commandId) ?? count + 1) <= count

/** Of the fact with this sequence number. */
export const causeOf = ({ ids, count }: Causes, sequence: number): string | undefined => (sequence <= count ? ids[sequence - 1] : undefined)

/** Those of this snapshot alone, as they are stored. */
export const listOf = ({ ids, count }: Causes): string[] => ids.slice(0, count)

/** A snapshot that another has gone on from gets lists of its own. */
export function withCause({ ids, sequences, count }: Causes, commandId: string): Causes {
  if (ids.length !== count) return causesOf([...ids.slice(0, count), commandId])
  ids.push(commandId)
  if (!sequences.has(commandId)) sequences.set(commandId, count + 1)
  return { ids, sequences, count: count + 1 }
}
