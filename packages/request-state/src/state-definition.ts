import type { LedgerFact, RefusedCommand } from '@holdfast/schemas'

/** How a reader of the ledger derives the state of a request from its facts. */
export interface StateDefinition<S, F extends LedgerFact = LedgerFact> {
  /**
   * `accepted: false` leaves the state as it is: the fact is noise. The offset is that of the fact in its ledger
   * partition. An unknown fact that is not critical has no effect. On a critical one, or any other fault, this throws,
   * and the reader parks the request.
   */
  evolve(state: S | undefined, fact: F, offset: number): { readonly accepted: boolean; readonly state: S | undefined }
  /** The same for a refused command, which the ledger stores between the facts. */
  evolveRefusal(state: S | undefined, refused: RefusedCommand): { readonly accepted: boolean; readonly state: S | undefined }
  serialize(state: S): string
  /**
   * Throws on a state that it cannot read; the partition is then rebuilt. States of another version are in a namespace
   * of their own.
   */
  parse(text: string): S
  /** The earliest deadline of a request, in milliseconds since 1970. */
  dueAtMs?(state: S): number | undefined
}
