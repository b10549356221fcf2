import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyWebhook } from '@holdfast/directory'

/** What a receiver does with a delivery that it could verify: answers with a status, or hangs up after it has taken it, or is never heard of. */
export type Behaviour = number | 'loses the answer' | 'never answers'

export interface Received {
  readonly id: string
  readonly contentType: string
  readonly body: string
  readonly atMs: number
}

/** An institution's side of a webhook: it verifies, takes each order once, and tells the repeats by their ids. */
export interface Receiver {
  readonly url: string
  /** What it took, in the order in which it came; each id once. */
  readonly accepted: readonly Received[]
  /** How often each id came. */
  readonly times: ReadonlyMap<string, number>
  /** What it refused because the signature was not right. */
  readonly refused: readonly string[]
  stop(): Promise<void>
}

export interface ReceiverOptions {
  readonly secrets: readonly string[]
  /** `nth` is how often the id has come. Default 200. */
  readonly behave?: (id: string, nth: number) => Behaviour | Promise<Behaviour>
  readonly now?: () => Date
}

export async function startReceiver({ secrets, behave = () => 200, now = () => new Date() }: ReceiverOptions): Promise<Receiver> {
  const accepted: Received[] = []
  const times = new Map<string, number>()
  const refused: string[] = []

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const verified = verifyWebhook(request.headers, body, secrets, now())
    if (!verified.ok) {
      refused.push(verified.error)
      response.writeHead(401).end()
      return
    }
    const { id } = verified.value
    const nth = (times.get(id) ?? 0) + 1
    times.set(id, nth)
    const behaviour = await behave(id, nth)
    const isTaken = behaviour === 'loses the answer' || (typeof behaviour === 'number' && behaviour < 300)
    if (isTaken && !accepted.some(known => known.id === id))
      accepted.push({ id, contentType: request.headers['content-type'] ?? '', body: body.toString(), atMs: performance.now() })
    if (behaviour === 'loses the answer') request.socket.destroy()
    else if (behaviour !== 'never answers') response.writeHead(behaviour).end()
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    accepted,
    times,
    refused,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
