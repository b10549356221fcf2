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
import { type AdmissionOptions, createAdmission } from './admit.ts'
import { createAllowedMethods } from './allowed-methods.ts'
import { compressAnswers } from './compress-answers.ts'
import { boundConnections } from './connections.ts'
import { problemDetails, sendRefusal } from './problem-details.ts'
import { malformedQuery, problemsOfQuery } from './refuse-unknown-query.ts'
import { createHttpRequestId, requestIdHeader } from './request-ids.ts'

/** A freeze request with all its fields at their longest is under 60 kB; this leaves room and still bounds memory. */
const bodyBytesMax = 262_144

export interface HttpOptions extends AdmissionOptions {
  readonly log: Logger
  /** Why the service can't do its work; nothing while it can. */
  readonly whyNotReady: () => Promise<readonly string[]>
  /** How many connections may be open in all, 4,000 by default. */
  readonly connectionsMax?: number
  /** How many of them one address may have, or one IPv6 network of 64 bits; all of them by default. */
  readonly connectionsPerAddress?: number
  /** A connection on which nothing moves for so long is cut: of a client that does not take its answer, too. Streams say something every few seconds. */
  readonly stillMsMax?: number
}

/** Thrown by the body parser, so that a handler never sees a body that is not JSON. */
class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super('the body is not JSON')
    this.problems = problems
  }
}

/** What a handler throws: an error of Fastify, or one of ours that says what it is to its sender. */
type ThrownError = FastifyError & Partial<RefusingError>

/** How long a client may take to send the head of a request, and the whole of it: one request is one small document. */
const headMsMax = 10_000
const requestMsMax = 15_000
/** A token is some 300 bytes, and the longest place in a list 6,000. */
const headBytesMax = 16_384
/**
 * The headers of which every character is looked at, before or without a token. The head as a whole bounds the others. A browser sends some 200
 * characters in `accept`. Tokens, proofs, keys and positions have bounds of their own, where they are read.
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
/** Streams are a thousand at most. */
const connectionsMaxDefault = 4_000

/** What is told here is kept by nobody on the way, taken for nothing else than it says it is, and shown or run within no page, of ours or others: the desk's own pages say otherwise for themselves. */
const ofEveryAnswer = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

const withCommonHeaders = ({ id }: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.headers(ofEveryAnswer).header(requestIdHeader, id)

/** An HTTP server with the manners every service shares: who asks is known first, bodies are bounded, every error is problem details, nothing is stored on the way. Not listening yet. */
export function createHttp({
  log,
  whyNotReady,
  connectionsMax = connectionsMaxDefault,
  connectionsPerAddress = connectionsMax,
  stillMsMax = 60_000,
  ...admission
}: HttpOptions): FastifyInstance {
  const http = fastify({
    bodyLimit: bodyBytesMax,
    genReqId: createHttpRequestId,
    requestTimeout: requestMsMax,
    keepAliveTimeout: 30_000,
    connectionTimeout: stillMsMax,
    // Node looks for late requests only every 30 s where nobody says otherwise.
    // A request without a host is refused here: Node would not say why.
    http: { headersTimeout: headMsMax, connectionsCheckingInterval: 1_000, maxHeaderSize: headBytesMax, requireHostHeader: false },
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    // An address that can't be decoded, or has a part longer than any id.
    frameworkErrors: (_error, request, reply) => void sendRefusal(withCommonHeaders(request, reply), notServed(request)),
    clientErrorHandler: answerNoHttp,
  })
  boundConnections(http.server, { max: connectionsMax, perAddress: connectionsPerAddress })
  // Without this Node answers 417 by itself, and nothing else.
  http.server.on('checkExpectation', (request, response) => http.server.emit('request', request, response))
  // Without this Node hangs up.
  http.server.on('connect', (_request, socket: Socket) => answerNoHttp({ reason: 'CONNECT is for proxies, and this is none' }, socket))
  const methodsOf = createAllowedMethods(http)
  const admit = createAdmission(admission)
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
  // All roles of a member together: what its bodies take to be read and judged is taken from the time of that member.
  const turns = createFairQueue()
  http.decorate('bodyTurn', (request: FastifyRequest) => turns.next(request.caller?.country ?? ''))
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    await http.bodyTurn(request)
    const parsed = parseForeignBytes(body, { elementsMax: listElementsMax })
    if (!parsed.ok) throw new UnreadableBodyError(parsed.error)
    return parsed.value
  })
  http.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) return sendRefusal(reply, notServed(request))
    const message = `${request.method} is not taken here, but ${methods.join(', ')}`
    return sendRefusal(reply.header('allow', methods.join(', ')), { code: 'METHOD_NOT_ALLOWED', message })
  })
  let keyFaultToldMs = Number.NEGATIVE_INFINITY
  http.setErrorHandler((error: ThrownError, request, reply) => {
    const { refusal, problems } = refusalOf(error, mediaTypesOf(request))
    const where = { err: error, httpRequestId: request.id, method: request.method, route: request.routeOptions.url }
    if (refusal.code === 'UNSUPPORTED_MEDIA_TYPE') reply.header('accept-post', mediaTypesOf(request).join(', '))
    if (refusal.code === 'INTERNAL') log.error(where, 'a request failed')
    // That a backend is away its driver logs, and readiness tells.
    if (error.isKeyFault && performance.now() - keyFaultToldMs >= keyFaultEveryMs) {
      keyFaultToldMs = performance.now()
      log.error(where, 'a key of words can not be used, and requests that need it are answered 503: see "Keys" in docs/operating.md')
    }
    return sendRefusal(reply, refusal, problems)
  })
  http.get('/health/live', { config: { open: true } }, () => ({ status: 'live' }))
  http.get('/health/ready', { config: { open: true } }, async (_request, reply) => {
    const reasons = [...(await whyNotReady())]
    const noRoom = admission.storage?.whyNoRequests()
    if (noRoom && reasons.length === 0) return sendRefusal(reply, noRoom)
    if (noRoom) reasons.push(noRoom.message)
    return reasons.length > 0 ? sendRefusal(reply, { code: 'UNAVAILABLE', message: reasons.join('; ') }) : { status: 'ready' }
  })
  return http
}

const mediaTypesOf = ({ routeOptions: { config } }: FastifyRequest): readonly string[] => config.takes ?? ['application/json']

/** What is wrong with the head of a request that Node lets pass. */
function problemOfHead({ raw }: FastifyRequest): { readonly refusal: Refusal; readonly place: string } | undefined {
  const countOf = (header: string): number => raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === header).length
  const hosts = countOf('host')
  // RFC 9112, 3.2: who reads the first and who the last would take it for two addresses.
  if (hosts > 1) return { refusal: { code: 'NOT_HTTP', message: 'the request names two hosts' }, place: 'host' }
  if (hosts === 0 && raw.httpVersion === '1.1')
    return { refusal: { code: 'NOT_HTTP', message: 'the request names no host' }, place: 'host' }
  // Node takes the first of them, and who reads the last would take the request for another caller's or for other content.
  const doubled = headersThereOnce.find(header => countOf(header) > 1)
  if (doubled) return { refusal: { code: 'NOT_HTTP', message: `the request has the header ${doubled} twice` }, place: doubled }
  const { expect } = raw.headers
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return { refusal: { code: 'NOT_HTTP', message: 'nothing can be expected here but 100-continue' }, place: 'expect' }
  const encoding = raw.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return {
      refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'send the body as it is: no Content-Encoding is taken' },
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

/** Bytes that are no HTTP, headers that are too long, a sender that is too slow: there is no request to answer, so the socket is written to. */
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
  // Destroyed at once, not ended: who sends no HTTP may not close its side either.
  if (socket.writable) socket.write(head + body, () => socket.destroy())
  else socket.destroy()
}

interface BytesError {
  readonly code?: string
  /** In the words of Node's parser. */
  readonly reason?: string
}

function refusalOfBytes({ code, reason }: BytesError): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return { code: 'HEAD_TOO_LARGE', message: `a head may have ${headBytesMax} bytes` }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { code: 'TOO_SLOW', message: `a head may take ${headMsMax / 1000} s, and a request ${requestMsMax / 1000} s` }
  return { code: 'NOT_HTTP', message: `these bytes are no HTTP request${reason ? `: ${reason}` : ''}` }
}

/** Of many key faults in a row one is logged. */
const keyFaultEveryMs = 10_000

const outcomeUnknown =
  'a backend is not reachable, and whether this was done is not known: send the same again with the same Idempotency-Key'

/** The sender broke off, or sent a body of another length than its head says. Fastify gives what it meets while it reads a body the status 400. */
const brokenBodies: ReadonlySet<string> = new Set(['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])
const incompleteBody = 'the body did not arrive whole: send the request again'

/** A status that an error carries counts for nothing: only these refusals were meant for the sender. */
function refusalOf(error: ThrownError, mediaTypes: readonly string[]): { refusal: Refusal; problems?: readonly Problem[] } {
  if (error instanceof UnreadableBodyError) return { refusal: { code: 'NOT_JSON', message: error.message }, problems: error.problems }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { refusal: { code: 'TOO_LARGE', message: `a body may have ${bodyBytesMax} bytes` } }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: `send ${mediaTypes.join(' or ')}` } }
  if (error.refusalCode) return { refusal: { code: error.refusalCode, message: error.forSender ?? outcomeUnknown } }
  if (error.statusCode === 400 && brokenBodies.has(error.code))
    return { refusal: { code: 'NOT_HTTP', message: incompleteBody }, problems: [{ code: 'BAD_FORMAT', path: '', message: incompleteBody }] }
  return { refusal: { code: 'INTERNAL', message: 'the engine failed at this; it has been logged' } }
}
