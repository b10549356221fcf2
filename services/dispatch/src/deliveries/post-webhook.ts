import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { assertReachable, createReachableLookup, type Reach, type Resolve, resolveHost } from './reachable-address.ts'

export interface WebhookCall {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  /** As the endpoint sent it. */
  readonly retryAfter: string | undefined
}

export interface WebhookPoster {
  /**
   * Returns the status of the response, whatever it is. Throws if there was no response; the message contains nothing
   * of the URL but its host.
   */
  post(call: WebhookCall): Promise<WebhookAnswer>
  close(): void
}

export interface WebhookPosterOptions {
  readonly reach: Reach
  readonly resolve?: Resolve
  /** From name resolution to a connection with a verified certificate. Default 5 s. */
  readonly connectMs?: number
  /** From the start to the end of the response. Default 10 s. */
  readonly totalMs?: number
  /** Certificates to trust instead of Node's. */
  readonly ca?: string
}

/** Response bodies are discarded. This much is read so that the connection can be reused. */
const answerBytesMax = 65_536
/** How long idle connections stay open: between continents, a new one costs half a second. */
const idleMs = 4_000

/**
 * Posts to webhooks with limits on time and size, to verified addresses with verified certificates. Does not follow
 * redirects.
 */
export function createWebhookPoster(options: WebhookPosterOptions): WebhookPoster {
  const { reach, resolve = resolveHost, connectMs = 5_000, totalMs = 10_000, ca } = options
  const lookup = createReachableLookup(reach, resolve)
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: idleMs }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: idleMs }),
  }

  async function post(call: WebhookCall): Promise<WebhookAnswer> {
    const url = new URL(call.url)
    assertReachable(url.hostname, reach)
    const isSecure = url.protocol === 'https:'
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: agents[isSecure ? 'https:' : 'http:'],
      lookup,
      headers: { 'user-agent': 'holdfast', ...call.headers, 'content-length': String(Buffer.byteLength(call.body)) },
      // Set explicitly, so that no environment variable can turn it off.
      ...(isSecure ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : {}),
    })
    const end = (why: string) => request.destroy(new Error(why))
    const stop = () => end('the delivery was stopped')
    const connecting = setTimeout(() => end(`no connection within ${connectMs} ms`), connectMs)
    const running = setTimeout(() => end(`no answer within ${totalMs} ms`), totalMs)
    request.once('socket', socket => onceConnected(socket, isSecure, () => clearTimeout(connecting)))
    call.signal.addEventListener('abort', stop)
    if (call.signal.aborted) stop()
    try {
      return await new Promise<WebhookAnswer>((answered, failed) => {
        let answer: WebhookAnswer | undefined
        // Once the status has arrived, errors in the rest of the response are no failure.
        request.on('error', error => (answer ? answered(answer) : failed(error)))
        request.once('response', response => {
          answer = answerOf(response)
          drain(response, () => answered(answerOf(response)))
        })
        request.end(call.body)
      })
    } catch (error) {
      // The endpoint had closed the idle connection. Either it has not seen this call, or it recognises the repeat by
      // its id.
      if (request.reusedSocket && isCut(error)) return await post(call)
      throw error
    } finally {
      clearTimeout(connecting)
      clearTimeout(running)
      call.signal.removeEventListener('abort', stop)
    }
  }

  return {
    post,
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function onceConnected(socket: Socket, isSecure: boolean, then: () => void): void {
  if (socket.connecting || (isSecure && 'secureConnecting' in socket && socket.secureConnecting))
    socket.once(isSecure ? 'secureConnect' : 'connect', then)
  else then()
}

/** Discards the rest of a response, up to the limit. */
function drain(response: IncomingMessage, then: () => void): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > answerBytesMax) response.destroy()
  })
  response.on('error', () => undefined)
  response.once('close', then)
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage): WebhookAnswer => ({
  status: statusCode,
  retryAfter: headers['retry-after'],
})

const isCut = (error: unknown) => ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')
