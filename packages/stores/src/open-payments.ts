/**
 * Which open request stands for a payment (V12): the first to claim a payment key keeps it until it lets go.
 * Two requests for one payment that arrive at the same moment in different partitions are told apart here, atomically.
 * Every method throws StoreUnavailableError within a second when the store is down,
 * and RangeError when a call names more than `entriesMax` payments.
 */
export interface OpenPayments {
  /** Returns the request that stands for the payment: the caller's own id if it was free or its own already. */
  claim(paymentKey: string, requestId: string): Promise<string>
  /** Lets go of payments; a key that another request holds stays. */
  release(payments: ReadonlyArray<{ paymentKey: string; requestId: string }>): Promise<void>
}
