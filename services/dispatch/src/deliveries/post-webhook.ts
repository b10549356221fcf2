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
  /** As the endpoint wrote it. */
  readonly retryAfter: string | undefined
}

export interface WebhookPoster {
  /** The status of the answer, whatever it is. Throws when there was none, with a message that holds no part of the address but its host. */
  post(call: WebhookCall): Promise<WebhookAnswer>
  close(): void
}

export interface WebhookPosterOptions {
  readonly reach: Reach
  readonly resolve?: Resolve
  /** From the name of the host to a connection with its certificate checked. Default 5 s. */
  readonly connectMs?: number
  /** From the beginning to the end of the answer. Default 10 s. */
  readonly totalMs?: number
  /** Certificates to trust instead of those that Node knows. */
  readonly ca?: string
}

/** What an endpoint says beside its status is not read; this much of it is let pass so that the connection can be used again. */
const answerBytesMax = 65_536
/** Connections are kept this long after an answer: between continents a new one costs half a second. */
const idleMs = 4_000

/** Sends to webhooks: bounded in time and size, to checked addresses, with checked certificates, and never anywhere else than it was told (redirects are answers like others). */
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
      // Said here, no variable of the environment can unsay it.
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
        // Once its status has come, however the rest of an answer ends is no failure.
        request.on('error', error => (answer ? answered(answer) : failed(error)))
        request.once('response', response => {
          answer = answerOf(response)
          drain(response, () => answered(answerOf(response)))
        })
        request.end(call.body)
      })
    } catch (error) {
      // The endpoint had closed a connection that was kept: it has not seen this, or it knows the repeat by its id.
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

/** Lets the rest of an answer pass, within its bounds. */
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
