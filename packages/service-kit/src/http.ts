import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Problem, parseJson, type Refusal } from '@holdfast/schemas'
import { type FastifyError, type FastifyInstance, fastify } from 'fastify'
import type { Logger } from './log.ts'
import { sendRefusal } from './problem-details.ts'

/** A freeze request with all its fields at their longest is under 60 kB; this leaves room and still bounds memory. */
const bodyBytesMax = 262_144

export interface HttpOptions {
  readonly log: Logger
  /** Throws what is wrong while the service can't do its work. */
  readonly ready: () => Promise<void>
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

/** An HTTP server with the manners every service shares: bounded bodies, problem details for every error, health. Not listening yet. */
export function createHttp({ log, ready }: HttpOptions): FastifyInstance {
  const http = fastify({
    bodyLimit: bodyBytesMax,
    // One request is one small document; a client that takes longer than this to send it is holding a connection for nothing.
    requestTimeout: 15_000,
    keepAliveTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: true,
    // An address that can't be decoded, or has a part longer than any id.
    frameworkErrors: (_error, request, reply) => void sendRefusal(reply, notServed(request)),
    clientErrorHandler: answerNoHttp,
  })
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const parsed = parseJson(body as string)
    if (parsed.ok) done(null, parsed.value)
    else done(new UnreadableBodyError(parsed.error))
  })
  http.setNotFoundHandler((request, reply) => sendRefusal(reply, notServed(request)))
  http.setErrorHandler((error: FastifyError, request, reply) => {
    const { refusal, problems } = refusalOf(error)
    if (refusal.code === 'INTERNAL') log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed')
    return sendRefusal(reply, refusal, problems)
  })
  http.get('/health/live', () => ({ status: 'live' }))
  http.get('/health/ready', async (_request, reply) => {
    try {
      await ready()
      return { status: 'ready' }
    } catch (error) {
      return sendRefusal(reply, { code: 'UNAVAILABLE', message: (error as Error).message })
    }
  })
  return http
}

const notServed = ({ method, url }: { readonly method: string; readonly url: string }): Refusal => ({
  code: 'NOT_FOUND',
  message: `${method} ${url.split('?')[0]} is not served here`,
})

/** Bytes that are no HTTP, headers that are too long, a sender that is too slow: there is no request to answer, so the socket is written to. */
function answerNoHttp({ code }: Error & { code?: string }, socket: Socket): void {
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const title = STATUS_CODES[status]
  const body = JSON.stringify({ type: 'about:blank', title, status })
  const head = `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`
  // Destroyed at once, not ended: who sends no HTTP may not close its side either.
  if (socket.writable) socket.write(head + body, () => socket.destroy())
  else socket.destroy()
}

function refusalOf(error: FastifyError): { refusal: Refusal; problems?: readonly Problem[] } {
  if (error instanceof UnreadableBodyError) return { refusal: { code: 'NOT_JSON', message: error.message }, problems: error.problems }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { refusal: { code: 'TOO_LARGE', message: `a body may have ${bodyBytesMax} bytes` } }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { refusal: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'send application/json' } }
  if (error.name === 'StreamUnavailableError' || error.name === 'StoreUnavailableError')
    return { refusal: { code: 'UNAVAILABLE', message: 'a backend is not reachable; send the same again with the same Idempotency-Key' } }
  if (error.statusCode !== undefined && error.statusCode < 500) return { refusal: { code: 'NOT_JSON', message: error.message } }
  return { refusal: { code: 'INTERNAL', message: 'the engine failed at this; it has been logged' } }
}
