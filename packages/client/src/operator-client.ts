import type {
  DeadLetterDetail,
  DeadLetterPage,
  OperationsView,
  ParkedPage,
  ParkedRedrive,
  ParkedRequestDetail,
  ProjectionStatus,
  RedriveOutcome,
  Result,
} from '@holdfast/schemas'
import { call } from './call.ts'
import { type ClientOptions, connectionOf } from './client.ts'
import type { ProblemDetails } from './problem-details.ts'

/** What who runs an engine needs of it. Its tokens are an operator's; a member's are not taken. */
export interface OperatorClient {
  /** How every process of the engine is, how far its readers are, and how who takes orders stands. */
  operations(): Promise<Result<OperationsView, ProblemDetails>>
  /** Newest first; `after` is the `nextCursor` of the page before. */
  deadLetters(query?: {
    readonly after?: string | undefined
    readonly limit?: number | undefined
    /** Of records that came from this topic. */
    readonly topic?: string | undefined
  }): Promise<Result<DeadLetterPage, ProblemDetails>>
  deadLetter(number: number): Promise<Result<DeadLetterDetail, ProblemDetails>>
  /** Has the record of a letter sent again, once; with `preview` only tells what that would do. */
  redrive(number: number, options?: { readonly preview?: boolean }): Promise<Result<RedriveOutcome, ProblemDetails>>
  /** The requests that a service can't go on with, those that were parked first first; at most 1,000. `after` is the `nextCursor` of the page before. */
  parked(query?: { readonly after?: string | undefined; readonly limit?: number | undefined }): Promise<Result<ParkedPage, ProblemDetails>>
  parkedRequest(requestId: string): Promise<Result<ParkedRequestDetail, ProblemDetails>>
  /** Has every service at which a request is parked try it again; with `preview` only tells what that would meet. */
  redriveParked(requestId: string, options?: { readonly preview?: boolean }): Promise<Result<ParkedRedrive, ProblemDetails>>
  /** How far the view of the desk that answers has come. */
  view(): Promise<Result<ProjectionStatus, ProblemDetails>>
  /** Has that desk make its view from nothing, beside the one in use. */
  rebuildView(): Promise<Result<ProjectionStatus, ProblemDetails>>
}

/** Makes an operator's client of one engine. Throws TypeError as `createClient` does. */
export function createOperatorClient(options: ClientOptions): OperatorClient {
  const connection = connectionOf(options)
  return {
    operations: () => call(connection, '/v1/operations'),
    deadLetters: (query = {}) => call(connection, '/v1/dead-letters', { query: { ...query } }),
    deadLetter: number => call(connection, `/v1/dead-letters/${number}`),
    redrive: (number, { preview = false } = {}) =>
      call(connection, `/v1/dead-letters/${number}/redrive`, { method: 'POST', body: { preview } }),
    parked: (query = {}) => call(connection, '/v1/parked', { query: { ...query } }),
    parkedRequest: requestId => call(connection, `/v1/parked/${encodeURIComponent(requestId)}`),
    redriveParked: (requestId, { preview = false } = {}) =>
      call(connection, `/v1/parked/${encodeURIComponent(requestId)}/redrive`, { method: 'POST', body: { preview } }),
    view: () => call(connection, '/v1/view'),
    rebuildView: () => call(connection, '/v1/view/rebuild', { method: 'POST', body: {} }),
  }
}
