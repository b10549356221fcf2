/** Thrown when a store can't be reached or did not answer in time; whether a write was done is then unknown. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}
