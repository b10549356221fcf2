import { once } from 'node:events'
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

export interface SseEvent {
  readonly event: string
  readonly id: string
  readonly data: string
}

/** A stream as an HTTP client without our library sees it. */
export interface RawStream {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly request: ClientRequest
  /** The complete events so far. */
  events(): SseEvent[]
  text(): string
  /** Resolves when the engine ends it; false if it was cut. */
  readonly ended: Promise<boolean>
}

const parse = (block: string): SseEvent => {
  const fields = new Map(block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const))
  return { event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: fields.get('data') ?? '' }
}

/** Opens a stream on a connection of its own. Rejects when the connection is refused or reset. */
export async function openRaw(url: string, token: string, headers: Record<string, string> = {}): Promise<RawStream> {
  const request = get(url, { agent: false, headers: { authorization: `Bearer ${token}`, ...headers } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  request.on('error', () => undefined)
  const ended = new Promise<boolean>(resolve => {
    response.once('end', () => resolve(true)).on('error', () => resolve(false))
  })
  const events = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter(block => !block.startsWith(':'))
      .map(parse)
  return { status: response.statusCode ?? 0, headers: response.headers, request, events, text: () => text, ended }
}

/** A raw socket, for what no HTTP client does. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

export const requestText = (path: string, token: string, accept = 'text/event-stream') =>
  `GET ${path} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer ${token}\r\naccept: ${accept}\r\n\r\n`

/**
 * Opens a stream for each token at once and resets each a moment later. Runs on a worker thread, so that the desk
 * handles them meanwhile.
 */
export async function openAndReset(url: string, tokens: readonly string[]): Promise<void> {
  const { hostname, port } = new URL(url)
  const requests = tokens.map(token => requestText('/v1/stream', token))
  const worker = new Worker(attack, { eval: true, workerData: { hostname, port: Number(port), requests } })
  await once(worker, 'exit')
}

const attack = `
  const { connect } = require('node:net')
  const { hostname, port, requests } = require('node:worker_threads').workerData
  for (const [index, request] of requests.entries()) {
    const socket = connect(port, hostname, () => socket.write(request, () => setTimeout(() => socket.resetAndDestroy(), index % 20)))
    socket.on('error', () => undefined)
  }`
