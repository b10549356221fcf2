import type { OrderKind } from '../../language/index.ts'

/** The message that each order becomes. */
export const orderRows: Readonly<Record<OrderKind, { readonly message?: 'camt.056' | 'pacs.028'; readonly words: string }>> = {
  freeze: {
    message: 'camt.056',
    words: 'FRAD. Additional lines: amount to hold, its law, ban on notifying the holder.',
  },
  chase: {
    message: 'pacs.028',
    words: 'It refers to the camt.056, or to the payment if that order is not available.',
  },
  release: {
    words: 'Stays JSON or a letter: no message lifts a hold.',
  },
  cancel: {
    words: 'Stays JSON or a letter: CBPR+ does not use camt.032.',
  },
  information: {
    words: 'Stays JSON or a letter: camt.111 goes through the SWIFT Case Orchestrator only.',
  },
}
