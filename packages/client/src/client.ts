import type {
  ActionList,
  AlertPage,
  CaseView,
  CheckpointList,
  CheckpointProof,
  CommandKind,
  CommandOutcome,
  CountryView,
  EngineKeys,
  FreezeRequest,
  ListedCountry,
  ListSort,
  ProposalPage,
  Receipt,
  RequestCounts,
  RequestOrders,
  RequestView,
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
  /** Where the engine listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** What makes a bearer token, asked before each attempt; a token as it is reads for an hour at most, and acts once: a token is for one act, and lives ten minutes then. */
  readonly token: string | (() => Promise<string>)
  /** The key that each token is bound to (`signToken` with `bound: { jkt: dpop.thumbprint }`): each attempt carries a proof that it is held. */
  readonly dpop?: DpopKey | undefined
  readonly fetch?: typeof fetch
  /** For one attempt. Default 10 s. */
  readonly timeoutMs?: number
  readonly retries?: Retries
}

export interface ListQuery {
  /** Instead of a list, by itself: the newest 50 at most that a text may mean by id, case, account, wallet, UETR or names. */
  readonly q?: string | undefined
  /** Newest first without it. `deadline` has only requests with one, the earliest first; `amount` needs a currency. */
  readonly sort?: ListSort | undefined
  readonly phase?: RequestView['phase'] | readonly RequestView['phase'][] | undefined
  /** Of this case; of the caller's own country unless `requestingCountry` says another. */
  readonly caseReference?: string | undefined
  readonly requestingCountry?: string | undefined
  readonly beneficiaryCountry?: string | undefined
  readonly currency?: string | undefined
  /** What follows the money of this request. */
  readonly parent?: string | undefined
  /** An instant: only what has been open for longer. Of a list by `opened`. */
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
  /** The `nextCursor` of the page before; an empty one begins at the first alert. Without it the last ones are given. */
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

export interface Keyed {
  /** The same key with the same body is the same request or command, however often it is sent. 1 to 64 visible ASCII characters. */
  readonly idempotencyKey: string
  readonly signal?: AbortSignal | undefined
}

/**
 * What a member system needs of the engine. Calls are repeated while the engine says "not now" or can't be reached, with growing pauses and within a bound;
 * refusals are returned, EngineUnreachableError is thrown.
 */
export interface Client {
  /** Sends a freeze request. Not checked here first: the engine names everything that is wrong with it. */
  submit(request: FreezeRequest | unknown, options: Keyed): Promise<Result<Receipt, ProblemDetails>>
  /** Gives a command. `proposed` means that a second person has to give it too, under a key of its own; `pending` that it is kept and will be decided. */
  act(requestId: string, command: CommandKind, data: unknown, options: Keyed): Promise<Result<CommandOutcome, ProblemDetails>>
  /** One request with its whole history, however many pages that has. */
  show(requestId: string): Promise<Result<RequestWithHistory, ProblemDetails>>
  /** What the caller may do on a request as it stands, and why not the rest. */
  actions(requestId: string): Promise<Result<ActionList, ProblemDetails>>
  /** What the institution was told to do, and how that was brought to it: for the country whose institution it is. */
  orders(requestId: string): Promise<Result<RequestOrders, ProblemDetails>>
  /** What persons of the caller's country have proposed and a second one has to agree to, oldest first. */
  proposals(query?: PageQuery): Promise<Result<ProposalPage, ProblemDetails>>
  /** How many requests the caller's country has in each phase, how many are about to be due, and how many proposals wait. */
  counts(): Promise<Result<RequestCounts, ProblemDetails>>
  list(query?: ListQuery): Promise<Result<{ requests: RequestView[]; nextCursor?: string }, ProblemDetails>>
  /** What a country calls by one reference, as far as the caller's country has a part in it. */
  showCase(requestingCountry: string, caseReference: string): Promise<Result<CaseView, ProblemDetails>>
  /** What somebody of the caller's country has to look at, newest last. */
  alerts(query?: AlertQuery): Promise<Result<AlertPage, ProblemDetails>>
  /** The public keys by which the engine signs orders. */
  engineKeys(): Promise<Result<EngineKeys, ProblemDetails>>
  /** Every country that requests can be sent to. */
  countries(): Promise<Result<{ countries: ListedCountry[] }, ProblemDetails>>
  /** By which clocks and on which days a country works. */
  country(code: string): Promise<Result<CountryView, ProblemDetails>>
  /** The newest checkpoint of the tree of each partition, for a witness. */
  checkpoints(): Promise<Result<CheckpointList, ProblemDetails>>
  /** That the newest checkpoint of a tree goes on from one of so many facts. */
  checkpointProof(origin: string, from: number): Promise<Result<CheckpointProof, ProblemDetails>>
  watch(options?: WatchOptions): AsyncGenerator<WatchedFact, void, undefined>
  export(options?: ExportOptions): AsyncGenerator<string, void, undefined>
}

/** The options, with what holds where they say nothing. Throws TypeError for what is no http or https URL. */
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

/** Makes a client of one engine. Throws TypeError when the URL is none, or not http or https. */
export function createClient(options: ClientOptions): Client {
  const connection = connectionOf(options)
  const post = <T>(path: string, body: unknown, { idempotencyKey, signal }: Keyed) =>
    call<T>(connection, path, { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey }, signal })
  return {
    submit: (request, keyed) => post('/v1/requests', request, keyed),
    act: (requestId, command, data, keyed) => post(`${pathOf(requestId)}/commands`, { command, data }, keyed),
    show: requestId => getWholeRequest(connection, pathOf(requestId)),
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
    watch: watchOptions => watch(connection, watchOptions),
    export: exportOptions => exportLines(connection, exportOptions),
  }
}

const pathOf = (requestId: string) => `/v1/requests/${encodeURIComponent(requestId)}`
