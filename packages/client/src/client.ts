import type {
  ActionList,
  AlertPage,
  ApiTypes,
  CaseView,
  CheckpointList,
  CheckpointProof,
  CommandOutcome,
  CountryView,
  EngineKeys,
  ListedCountry,
  ListSort,
  ProposalPage,
  RequestCounts,
  RequestList,
  RequestWithHistory,
  Result,
} from '@holdfast/schemas'
import type { DpopKey } from '@holdfast/trust'
import { type Connection, call } from './call.ts'
import { type ExportOptions, exportLines } from './export-lines.ts'
import { getWholeRequest } from './get-whole-request.ts'
import type { ProblemDetails } from './problem-details.ts'
import { defaultRetries, type Retries } from './retries.ts'
import { type WatchedFact, type WatchOptions, watch } from './watch.ts'

export interface ClientOptions {
  /** The address of the engine, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /**
   * Makes a bearer token before each attempt. A fixed token is good for reading for an hour at most, or for one act
   * within ten minutes.
   */
  readonly token: string | (() => Promise<string>)
  /**
   * The key that each token is bound to (`signToken` with `bound: { jkt: dpop.thumbprint }`): each attempt carries a
   * proof of possession.
   */
  readonly dpop?: DpopKey | undefined
  readonly fetch?: typeof fetch
  /** The timeout of one attempt. Default: 10 s. */
  readonly timeoutMs?: number
  readonly retries?: Retries
}

export interface ListQuery {
  /**
   * A search instead of a list, used alone: at most the newest 50 requests that match by id, case, account, wallet,
   * UETR or name.
   */
  readonly q?: string | undefined
  /** Default: newest first. `deadline` lists only requests with one, the earliest first; `amount` needs a currency. */
  readonly sort?: ListSort | undefined
  readonly phase?: string | readonly string[] | undefined
  /** Requests of this case; of the caller's own country unless `requestingCountry` names another. */
  readonly caseReference?: string | undefined
  readonly requestingCountry?: string | undefined
  readonly beneficiaryCountry?: string | undefined
  readonly currency?: string | undefined
  /** Onward requests of this request. */
  readonly parent?: string | undefined
  /** An instant: only requests that were opened earlier. For a list by `opened`. */
  readonly openedBefore?: string | undefined
  readonly limit?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly after?: string | undefined
}

export interface PageQuery {
  /** The `nextCursor` of the page before. */
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

export interface AlertQuery {
  /** The `nextCursor` of the page before; an empty one starts at the first alert. Default: the last alerts. */
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

export interface Keyed {
  /**
   * The same key with the same body is the same request or command, however often it is sent. 1 to 64 visible ASCII
   * characters.
   */
  readonly idempotencyKey: string
  readonly signal?: AbortSignal | undefined
}

/**
 * The client of a member system; `T` are the types of its workflow. Calls are repeated while the engine is unreachable or refuses for a moment, with
 * growing pauses and a limit. Refusals are returned; EngineUnreachableError is thrown.
 */
export interface Client<T extends ApiTypes = ApiTypes> {
  /** Sends a request. The client does not validate it: the engine lists everything that is wrong with it. */
  submit(request: unknown, options: Keyed): Promise<Result<T['receipt'], ProblemDetails>>
  /**
   * Sends a command. `proposed` means that a second officer must approve it with a key of their own; `pending` that it
   * is stored and not decided yet.
   */
  act(requestId: string, command: string, data: unknown, options: Keyed): Promise<Result<CommandOutcome<T>, ProblemDetails>>
  /** One request with its whole history, however many pages that has. */
  show(requestId: string): Promise<Result<RequestWithHistory<T>, ProblemDetails>>
  /** The actions that the caller may take on a request now, and why not the others. */
  actions(requestId: string): Promise<Result<ActionList<T>, ProblemDetails>>
  /** The orders to the institution and their delivery: for the country of the institution. */
  orders(requestId: string): Promise<Result<T['orders'], ProblemDetails>>
  /** Proposals of the caller's country that await a second approval, oldest first. */
  proposals(query?: PageQuery): Promise<Result<ProposalPage<T>, ProblemDetails>>
  /** The number of requests of the caller's country in each phase, of those due soon, and of waiting proposals. */
  counts(): Promise<Result<RequestCounts<T>, ProblemDetails>>
  list(query?: ListQuery): Promise<Result<RequestList<T>, ProblemDetails>>
  /** The requests of one case that the caller's country has a part in. */
  showCase(requestingCountry: string, caseReference: string): Promise<Result<CaseView<T>, ProblemDetails>>
  /** The open alerts of the caller's country, newest last. */
  alerts(query?: AlertQuery): Promise<Result<AlertPage<T>, ProblemDetails>>
  /** The public keys with which the engine signs orders. */
  engineKeys(): Promise<Result<EngineKeys, ProblemDetails>>
  /** Every country that can receive requests. */
  countries(): Promise<Result<{ countries: ListedCountry[] }, ProblemDetails>>
  /** The calendars and time zones of a country. */
  country(code: string): Promise<Result<CountryView, ProblemDetails>>
  /** The newest checkpoint of the tree of each partition, for a witness. */
  checkpoints(): Promise<Result<CheckpointList, ProblemDetails>>
  /** The proof that the newest checkpoint of a tree is consistent with an earlier number of facts. */
  checkpointProof(origin: string, from: number): Promise<Result<CheckpointProof, ProblemDetails>>
  watch(options?: WatchOptions): AsyncGenerator<WatchedFact<T['fact']>, void, undefined>
  export(options?: ExportOptions): AsyncGenerator<string, void, undefined>
}

/** Applies the defaults to the options. Throws TypeError for a URL that is not http or https. */
export function connectionOf(options: ClientOptions): Connection {
  const url = new URL(options.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError(`${options.url} is not an http or https URL`)
  return {
    url,
    token: options.token,
    dpop: options.dpop,
    fetch: options.fetch ?? fetch,
    timeoutMs: options.timeoutMs ?? 10_000,
    retries: options.retries ?? defaultRetries,
  }
}

/** Makes a client of one engine. Throws TypeError if the URL is invalid, or not http or https. */
export function createClient<T extends ApiTypes = ApiTypes>(options: ClientOptions): Client<T> {
  const connection = connectionOf(options)
  const post = <Answer>(path: string, body: unknown, { idempotencyKey, signal }: Keyed) =>
    call<Answer>(connection, path, { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey }, signal })
  return {
    submit: (request, keyed) => post('/v1/requests', request, keyed),
    act: (requestId, command, data, keyed) => post(`${pathOf(requestId)}/commands`, { command, data }, keyed),
    show: requestId => getWholeRequest<T>(connection, pathOf(requestId)),
    actions: requestId => call(connection, `${pathOf(requestId)}/actions`),
    orders: requestId => call(connection, `${pathOf(requestId)}/orders`),
    proposals: (query = {}) => call(connection, '/v1/proposals', { query: { ...query } }),
    counts: () => call(connection, '/v1/requests/counts'),
    list: (query = {}) => call(connection, '/v1/requests', { query: { ...query } }),
    showCase: (requestingCountry, caseReference) =>
      call(connection, `/v1/cases/${encodeURIComponent(requestingCountry)}/${encodeURIComponent(caseReference)}`),
    alerts: (query = {}) => call(connection, '/v1/alerts', { query: { ...query } }),
    engineKeys: () => call(connection, '/v1/engine-keys'),
    countries: () => call(connection, '/v1/countries'),
    country: code => call(connection, `/v1/countries/${encodeURIComponent(code)}`),
    checkpoints: () => call(connection, '/v1/checkpoints'),
    checkpointProof: (origin, from) => call(connection, '/v1/checkpoints/proof', { query: { origin, from } }),
    watch: watchOptions => watch<T['fact']>(connection, watchOptions),
    export: exportOptions => exportLines(connection, exportOptions),
  }
}

const pathOf = (requestId: string) => `/v1/requests/${encodeURIComponent(requestId)}`
