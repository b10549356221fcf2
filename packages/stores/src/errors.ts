/** Thrown when a store can't be reached or did not answer in time; whether a write was done is then unknown. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly isTransient = true
  readonly refusalCode = 'UNAVAILABLE'
}

/** Thrown when the index of claims may miss a request: nothing was changed. Own the partition again, restore what is lost, and wait for the others. */
export class IndexIncompleteError extends Error {
  override readonly name = 'IndexIncompleteError'
  readonly isTransient = true
}
