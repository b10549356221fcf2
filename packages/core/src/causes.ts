/**
 * The commands that caused the facts of a request, in order. All snapshots of a history share the lists, and each sees as
 * many entries as it has facts. Otherwise a thousand facts would copy half a million ids.
 */
export interface Causes {
  readonly ids: string[]
  /** The sequence of the fact that each command caused. Scanning 800 ids instead would cost a third of a decision. */
  readonly sequences: Map<string, number>
  readonly count: number
}

export const causesOf = (ids: readonly string[]): Causes => ({
  ids: [...ids],
  // The first fact of a command counts: later entries of a Map replace earlier ones.
  sequences: new Map(ids.map((id, index) => [id, index + 1] as const).reverse()),
  count: ids.length,
})

/** Whether a command caused one of the facts of this snapshot. */
export const isCause = ({ sequences, count }: Causes, commandId: string): boolean => (sequences.get(commandId) ?? count + 1) <= count

/** The command that caused the fact with this sequence. */
export const causeOf = ({ ids, count }: Causes, sequence: number): string | undefined => (sequence <= count ? ids[sequence - 1] : undefined)

/** The ids of this snapshot, as they are stored. */
export const listOf = ({ ids, count }: Causes): string[] => ids.slice(0, count)

/** Adds a command. If another snapshot already continued the lists, this one gets its own copy. */
export function withCause({ ids, sequences, count }: Causes, commandId: string): Causes {
  if (ids.length !== count) return causesOf([...ids.slice(0, count), commandId])
  ids.push(commandId)
  if (!sequences.has(commandId)) sequences.set(commandId, count + 1)
  return { ids, sequences, count: count + 1 }
}
