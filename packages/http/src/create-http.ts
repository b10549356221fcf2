import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '@holdfast/runtime'
import { createFairQueue } from '@holdfast/runtime'
import {
  isUtf8,
  listElementsMax,
  mediaTypeCharsMax,
  type Problem,
  parseForeignBytes,
  type Refusal,
  type RefusingError,
  readMediaType,
  refusals,
} from '@holdfast/schemas'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { createHeadCheck, type HeadCheckOptions } from './admit.ts'
import { createAllowedMethods } from './allowed-methods.ts'
import { compressAnswers } from './compress-answers.ts'
import { boundConnections } from './connections.ts'
import { problemDetails, sendRefusal } from './problem-details.ts'
import { malformedQuery, problemsOfQuery } from './refuse-unknown-query.ts'
import { createHttpRequestId, requestIdHeader } from './request-ids.ts'

/** A freeze request with all fields at their limits is under 60 kB. This allows more and still bounds memory. */
const bodyBytesMax = 262_144

export interface HttpOptions extends HeadCheckOptions {
  readonly log: Logger
  /** Why the service is not ready; empty while it is. */
  readonly whyNotReady: () => Promise<readonly string[]>
  /** The limit of open connections, 4,000 by default. */
  readonly connectionsMax?: number
  /** The limit of one address, or one IPv6 network of 64 bits; no limit by default. */
  readonly connectionsPerAddress?: number
  /**
   * An idle connection is closed after this, also if its client does not read the answer. Streams send something every
   * few seconds.
   */
  readonly stillMsMax?: number
}

/** Thrown by the body parser, so that a handler never gets a body that is not JSON. */
class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super('the body is not JSON')
    this.problems = problems
  }
}

/** A handler throws an error of Fastify, or one of the engine with its refusal. */
type ThrownError = FastifyError & Partial<RefusingError>

/** Limits for receiving the head of a request and all of it: one request is one small document. */
const headMsMax = 10_000
const requestMsMax = 15_000
/** A token has about 300 bytes, and the longest cursor 6,000. */
const headBytesMax = 16_384
/**
 * Limits of the headers that are parsed before or without a token. The limit of the head bounds the others. A browser
 * sends about 200 characters in `accept`. Tokens, proofs, keys and positions have limits of their own.
 */
const headerCharsMax: readonly (readonly [
  name: 'content-type' | 'accept' | 'accept-language' | 'accept-encoding' | 'if-none-match',
  max: number,
])[] = [
  ['content-type', mediaTypeCharsMax],
  ['accept', 1_000],
  ['accept-language', 1_000],
  ['accept-encoding', 1_000],
  ['if-none-match', 1_000],
]
const headersThereOnce = ['authorization', 'content-type'] as const
/** At most a thousand of them are streams. */
const connectionsMaxDefault = 4_000

/** Answers are not cached, not sniffed, and not shown or run within any page. The desk's own pages override this. */
const ofEveryAnswer = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

const withCommonHeaders = ({ id }: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.headers(ofEveryAnswer).header(requestIdHeader, id)

/**
 * Creates an HTTP server with the rules of all services: the principal is known first, bodies are bounded, every error
 * is problem details, and nothing is cached. Not listening yet.
 */
export function createHttp({
  log,
  whyNotReady,
  connectionsMax = connectionsMaxDefault,
  connectionsPerAddress = connectionsMax,
  stillMsMax = 60_000,
  ...headCheck
}: HttpOptions): FastifyInstance {
  const http = fastify({
    bodyLimit: bodyBytesMax,
    genReqId: createHttpRequestId,
    requestTimeout: requestMsMax,
    keepAliveTimeout: 30_000,
    connectionTimeout: stillMsMax,
    // Node's default checks for late requests only every 30 s.
    // A request without a host is refused here, because Node would not state the reason.
    http: { headersTimeout: headMsMax, connectionsCheckingInterval: 1_000, maxHeaderSize: headBytesMax, requireHostHeader: false },
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    // The path cannot be decoded, or has a segment longer than any id.
    frameworkErrors: (_error, request, reply) => void sendRefusal(withCommonHeaders(request, reply), notServed(request)),
    clientErrorHandler: answerNoHttp,
  })
  boundConnections(http.server, { max: connectionsMax, perAddress: connectionsPerAddress })
  // Otherwise Node answers 417 itself, without problem details.
  http.server.on('checkExpectation', (request, response) => http.server.emit('request', request, response))
  // Otherwise Node closes the connection without an answer.
  http.server.on('connect', (_request, socket: Socket) => answerNoHttp({ reason: 'CONNECT is for proxies, and this is not one' }, socket))
  const methodsOf = createAllowedMethods(http)
  const admit = createHeadCheck(headCheck)
  http.decorateRequest('caller', undefined)
  http.decorateRequest('operator', undefined)
  http.addHook('onRequest', async (request, reply) => {
    withCommonHeaders(request, reply)
    const malformed = problemOfHead(request)
    if (malformed) {
      const { refusal, place } = malformed
      if (place === 'content-encoding') reply.header('accept-encoding', 'identity')
      return sendRefusal(reply.header('connection', 'close'), refusal, [{ code: 'BAD_HEADER', path: place, message: refusal.message }])
    }
    const admitted = await admit(request, reply)
    if (!admitted.ok) return sendRefusal(reply, admitted.error)
    const unknown = problemsOfQuery(request)
    if (unknown.length > 0) return sendRefusal(reply, malformedQuery, unknown)
  })
  compressAnswers(http)
  http.removeAllContentTypeParsers()
  // For all roles of a member together: the time to parse and judge its bodies is charged to that member.
  const bodyQueue = createFairQueue()
  http.decorate('bodyTurn', (request: FastifyRequest) => bodyQueue.next(request.caller?.country ?? ''))
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    await http.bodyTurn(request)
    const parsed = parseForeignBytes(body, { elementsMax: listElementsMax })
    if (!parsed.ok) throw new UnreadableBodyError(parsed.error)
    return parsed.value
  })
  http.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) return sendRefusal(reply, notServed(request))
    const message = `${request.method} is not supported here. Use ${methods.join(', ')}`
    return sendRefusal(reply.header('allow', methods.join(', ')), { code: 'METHOD_NOT_ALLOWED', message })
  })
  let keyFaultToldMs = Number.NEGATIVE_INFINITY
  http.setErrorHandler((error: ThrownError, request, reply) => {
    const { refusal, problems } = refusalOf(error, mediaTypesOf(request))
    const where = { err: error, httpRequestId: request.id, method: request.method, route: request.routeOptions.url }
    if (refusal.code === 'UNSUPPORTED_MEDIA_TYPE') reply.header('accept-post', mediaTypesOf(request).join(', '))
    if (refusal.code === 'INTERNAL') log.error(where, 'Request failed with an internal error')
    // An unreachable backend is logged by its driver and reported by readiness.
    if (error.isKeyFault && performance.now() - keyFaultToldMs >= keyFaultEveryMs) {
      keyFaultToldMs = performance.now()
      log.error(where, 'A data key cannot be used, so requests that need it get 503. See docs/operate/keys.md')
    }
    return sendRefusal(reply, refusal, problems)
  })
  http.get('/health/live', { config: { open: true } }, () => ({ status: 'live' }))
  http.get('/health/ready', { config: { open: true } }, async (_request, reply) => {
    const reasons = [...(await whyNotReady())]
    const lowStorage = headCheck.storage?.whyNoRequests()
    if (lowStorage && reasons.length === 0) return sendRefusal(reply, lowStorage)
    if (lowStorage) reasons.push(lowStorage.message)
    return reasons.length > 0 ? sendRefusal(reply, { code: 'UNAVAILABLE', message: reasons.join('; ') }) : { status: 'ready' }
  })
  return http
}

const mediaTypesOf = ({ routeOptions: { config } }: FastifyRequest): readonly string[] => config.takes ?? ['application/json']

/** Problems of a request head that Node accepts. */
function problemOfHead({ raw }: FastifyRequest): { readonly refusal: Refusal; readonly place: string } | undefined {
  const countOf = (header: string): number => raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === header).length
  const hosts = countOf('host')
  // RFC 9112, 3.2: readers of the first and of the last header would see different addresses.
  if (hosts > 1) return { refusal: { code: 'NOT_HTTP', message: 'the request names two hosts' }, place: 'host' }
  if (hosts === 0 && raw.httpVersion === '1.1')
    return { refusal: { code: 'NOT_HTTP', message: 'the request names no host' }, place: 'host' }
  // Node uses the first one; a reader of the last would see another caller or other content.
  const doubled = headersThereOnce.find(header => countOf(header) > 1)
  if (doubled) return { refusal: { code: 'NOT_HTTP', message: `the request has the header ${doubled} twice` }, place: doubled }
  const { expect } = raw.headers
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return { refusal: { code: 'NOT_HTTP', message: 'only 100-continue can be expected here' }, place: 'expect' }
  const encoding = raw.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return {
      refusal: {
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: 'Compressed bodies are not accepted. Send the request without Content-Encoding.',
      },
      place: 'content-encoding',
    }
  const tooLong = headerCharsMax.find(([name, max]) => (raw.headers[name]?.length ?? 0) > max)
  if (tooLong) {
    const [name, max] = tooLong
    return { refusal: { code: 'HEAD_TOO_LARGE', message: `the header ${name} may have ${max} characters` }, place: name }
  }
  const mediaType = readMediaType(raw.headers['content-type'])
  if (mediaType?.problem !== undefined)
    return {
      refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: `the header content-type ${mediaType.problem}` },
      place: 'content-type',
    }
  if (mediaType && !isUtf8(mediaType))
    return {
      refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: `the charset is ${mediaType.charset?.slice(0, 40)}: send UTF-8` },
      place: 'content-type',
    }
  return undefined
}

const notServed = ({ method, url }: { readonly method: string; readonly url: string }): Refusal => ({
  code: 'NOT_FOUND',
  message: `${method} ${url.split('?')[0]} is not served here`,
})

/**
 * Answers bytes that are not HTTP, heads that are too long, and slow senders on the socket, because there is no request
 * object.
 */
function answerNoHttp(error: BytesError, socket: Socket): void {
  const refusal = refusalOfBytes(error)
  const { status } = refusals[refusal.code]
  const httpRequestId = createHttpRequestId()
  const body = JSON.stringify(problemDetails(refusal, [{ code: 'BAD_FORMAT', path: '', message: refusal.message }], httpRequestId))
  const headers = {
    ...ofEveryAnswer,
    [requestIdHeader]: httpRequestId,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  // Destroyed and not ended: such a client may not close its side either.
  if (socket.writable) socket.write(head + body, () => socket.destroy())
  else socket.destroy()
}

interface BytesError {
  readonly code?: string
  /** The reason as Node's parser states it. */
  readonly reason?: string
}

function refusalOfBytes({ code, reason }: BytesError): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return { code: 'HEAD_TOO_LARGE', message: `the head may have at most ${headBytesMax} bytes` }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      code: 'TOO_SLOW',
      message: `the head must arrive within ${headMsMax / 1000} s, and the request within ${requestMsMax / 1000} s`,
    }
  return { code: 'NOT_HTTP', message: `these bytes are not an HTTP request${reason ? `: ${reason}` : ''}` }
}

/** Only one of many key faults in a row is logged. */
const keyFaultEveryMs = 10_000

const outcomeUnknown =
  'The engine cannot reach its storage, so the outcome is unknown. Send the same request again with the same Idempotency-Key.'

/**
 * The client disconnected, or sent a body of another length than announced. Fastify gives these errors the status 400.
 */
const brokenBodies: ReadonlySet<string> = new Set(['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])
const incompleteBody = 'The body is incomplete. Send the request again.'

/** The status of an error is ignored: only these refusals are meant for the sender. */
function refusalOf(error: ThrownError, mediaTypes: readonly string[]): { refusal: Refusal; problems?: readonly Problem[] } {
  if (error instanceof UnreadableBodyError) return { refusal: { code: 'NOT_JSON', message: error.message }, problems: error.problems }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { refusal: { code: 'TOO_LARGE', message: `a body may have at most ${bodyBytesMax} bytes` } }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: `send ${mediaTypes.join(' or ')}` } }
  if (error.refusalCode) return { refusal: { code: error.refusalCode, message: error.senderMessage ?? outcomeUnknown } }
  if (error.statusCode === 400 && brokenBodies.has(error.code))
    return { refusal: { code: 'NOT_HTTP', message: incompleteBody }, problems: [{ code: 'BAD_FORMAT', path: '', message: incompleteBody }] }
  return { refusal: { code: 'INTERNAL', message: 'The engine failed to process this request. The error was logged.' } }
}
