import { createServer, type IncomingMessage } from 'node:http'
import { verifyWebhook } from '@holdfast/directory'
import type { Order } from '@holdfast/payment-stop/language'
import { type ReceivedOrder, readOrder } from './received-order.ts'

export interface Receiving {
  /** 0 takes any free port. */
  readonly port: number
  readonly secret: string
  /** Why the engine has not signed this order; undefined where it has. Where that can't be known the delivery fails, and comes again. */
  whyNotSigned(order: Order): Promise<string | undefined>
  /** Told of each order once, however often it is delivered. */
  onOrder(order: ReceivedOrder): void
  /** Told of a delivery that was not taken, and why. */
  onRefused(why: string): void
}

export interface Receiver {
  readonly url: string
  stop(): Promise<void>
}

/** An order is some kilobytes. */
const bodyBytesMax = 1_000_000

/** Takes deliveries of orders: those that are signed, and each once. */
export async function receiveDeliveries({ port, secret, whyNotSigned, onOrder, onRefused }: Receiving): Promise<Receiver> {
  const taken = new Set<string>()

  async function take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST') return 405
    const body = await bodyOf(request)
    if (body === undefined) return 413
    const verified = verifyWebhook(request.headers, body, [secret], new Date())
    if (!verified.ok) {
      onRefused(`a delivery that is not the engine's: ${verified.error}`)
      return 401
    }
    if (taken.has(verified.value.id)) return 200
    const order = readOrder(body.toString('utf8'), request.headers['content-type'])
    if (!order.ok) {
      onRefused(`an order that can’t be read: ${order.error}`)
      return 422
    }
    const why = order.value.event && (await whyNotSigned(order.value.event))
    if (why !== undefined) {
      onRefused(`an order that the engine did not give: ${why}`)
      return 401
    }
    taken.add(verified.value.id)
    onOrder(order.value)
    return 202
  }

  const server = createServer((request, response) => {
    take(request).then(
      status => response.writeHead(status).end(),
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the bank has no address')
  return {
    url: `http://127.0.0.1:${address.port}/orders`,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** The body, or undefined where it is longer than any order. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
