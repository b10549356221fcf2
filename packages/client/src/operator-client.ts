import type { DeadLetterPage, RedriveOutcome, Result, ShownDeadLetter } from '@holdfast/schemas'
import { call } from './call.ts'
import { type ClientOptions, connectionOf } from './client.ts'
import type { ProblemDetails } from './problem-details.ts'

/** What who runs an engine needs of it. Its tokens are an operator's; a member's are not taken. */
export interface OperatorClient {
  /** Newest first; `before` is the `next` of the page before. */
  deadLetters(query?: {
    readonly before?: number | undefined
    readonly limit?: number | undefined
  }): Promise<Result<DeadLetterPage, ProblemDetails>>
  deadLetter(number: number): Promise<Result<ShownDeadLetter, ProblemDetails>>
  /** Has the record of a letter sent again, once; with `preview` only tells what that would do. */
  redrive(number: number, options?: { readonly preview?: boolean }): Promise<Result<RedriveOutcome, ProblemDetails>>
}

/** Makes an operator's client of one engine. Throws TypeError as `createClient` does. */
export function createOperatorClient(options: ClientOptions): OperatorClient {
  const connection = connectionOf(options)
  return {
    deadLetters: (query = {}) => call(connection, '/v1/dead-letters', { query: { ...query } }),
    deadLetter: number => call(connection, `/v1/dead-letters/${number}`),
    redrive: (number, { preview = false } = {}) =>
      call(connection, `/v1/dead-letters/${number}/redrive`, { method: 'POST', body: { preview } }),
  }
}
