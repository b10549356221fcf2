import type { Fact, RefusedCommand, UnknownFact } from '@holdfast/schemas'

/** How a reader of the ledger folds it: one state per request. */
export interface FoldDefinition<S> {
  /**
   * `accepted: false` leaves the state as it is: the fact is noise. The offset is where the fact lies in its ledger partition. A fact of an unknown kind that is not critical leads to
   * no effect; for one that is, and wherever it can't go on, this throws, and the request is parked.
   */
  fold(state: S | undefined, fact: Fact | UnknownFact, offset: number): { readonly accepted: boolean; readonly state: S | undefined }
  /** The same for a refused command, which lies beside the facts. */
  foldRefusal(state: S | undefined, refused: RefusedCommand): { readonly accepted: boolean; readonly state: S | undefined }
  serialize(state: S): string
  /** Throws on a state that can't be read; the partition is folded again then. Another version keeps its states in a namespace of its own. */
  parse(text: string): S
  /** The earliest deadline of a request, in milliseconds since 1970. */
  dueAtMs?(state: S): number | undefined
}
