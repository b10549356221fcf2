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

/** The client of an operator. It needs an operator's token; those of members are refused. */
export interface OperatorClient {
  /** The status of every process, the lag of its readers, and the state of deliveries. */
  operations(): Promise<Result<OperationsView, ProblemDetails>>
  /** Newest first; `after` is the `nextCursor` of the page before. */
  deadLetters(query?: {
    readonly after?: string | undefined
    readonly limit?: number | undefined
    /** Only dead letters of records of this topic. */
    readonly topic?: string | undefined
  }): Promise<Result<DeadLetterPage, ProblemDetails>>
  deadLetter(number: number): Promise<Result<DeadLetterDetail, ProblemDetails>>
  /** Sends the record of a dead letter again, once. With `preview`, only returns what that would do. */
  redrive(number: number, options?: { readonly preview?: boolean }): Promise<Result<RedriveOutcome, ProblemDetails>>
  /**
   * Requests that a service has parked, the oldest first; at most 1,000. `after` is the `nextCursor` of the page
   * before.
   */
  parked(query?: { readonly after?: string | undefined; readonly limit?: number | undefined }): Promise<Result<ParkedPage, ProblemDetails>>
  parkedRequest(requestId: string): Promise<Result<ParkedRequestDetail, ProblemDetails>>
  /** Has every service retry a parked request. With `preview`, only returns what that would meet. */
  redriveParked(requestId: string, options?: { readonly preview?: boolean }): Promise<Result<ParkedRedrive, ProblemDetails>>
  /** The progress of the projection at the desk that answers. */
  view(): Promise<Result<ProjectionStatus, ProblemDetails>>
  /** Rebuilds that desk's projection; the current one stays in use meanwhile. */
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
