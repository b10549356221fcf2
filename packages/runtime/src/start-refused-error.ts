/** The service must not start before an operator has acted. The message says what is wrong and what to do. */
export class StartRefusedError extends Error {
  override readonly name = 'StartRefusedError'
}
