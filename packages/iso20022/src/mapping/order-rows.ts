import type { OrderKind } from '@holdfast/schemas'

/** The message that each order becomes. */
export const orderRows: Readonly<Record<OrderKind, { readonly message?: 'camt.056' | 'pacs.028'; readonly words: string }>> = {
  freeze: {
    message: 'camt.056',
    words:
      'FRAD. The case is the request, the assignment the order. The additional lines have the amount to hold, its law and the ban on notifying the holder, since a camt.056 asks for the payment back and has no element for a hold.',
  },
  chase: {
    message: 'pacs.028',
    words: 'It asks after the camt.056 of the freeze order, or after the payment where that order is not at hand.',
  },
  release: {
    words:
      'Stays JSON or a letter. No message lifts a hold: a camt.029 to the bank would be read as an answer to a question it never asked, and a second camt.056 as a second recall.',
  },
  cancel: {
    words:
      'Stays JSON or a letter. ISO has camt.032 to cancel an assignment, which CBPR+ does not use and no bank is known to act on; until the bank confirms, the recall stands.',
  },
  information: {
    words:
      'Stays JSON or a letter. Its message, camt.111, goes through the SWIFT Case Orchestrator only and never from one party to another.',
  },
}
