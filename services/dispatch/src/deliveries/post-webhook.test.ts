import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { selfSigned } from '../../test/deliveries/certificate.ts'
import { createWebhookPoster, type WebhookPoster, type WebhookPosterOptions } from './post-webhook.ts'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ending.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
const serve = async (handler: RequestListener) => `http://127.0.0.1:${await listening(createServer(handler))}/orders`

function createPoster(options: Partial<WebhookPosterOptions> = {}): WebhookPoster {
  const poster = createWebhookPoster({ reach: 'anywhere', ...options })
  ending.push(() => poster.close())
  return poster
}
const stays = new AbortController().signal
const call = (url: string, body = '{}') => ({ url, headers: { 'webhook-id': 'an-order' }, body, signal: stays })

describe('a webhook', () => {
  test('receives the headers and the body, and responds with a status', async () => {
    let received: unknown
    const url = await serve((request, response) => {
      let body = ''
      request.on('data', chunk => (body += chunk))
      request.on('end', () => {
        received = {
          method: request.method,
          path: request.url,
          id: request.headers['webhook-id'],
          length: request.headers['content-length'],
          body,
        }
        response.writeHead(202).end('thank you')
      })
    })
    expect(await createPoster().post(call(url, '{"a":"ã"}'))).toEqual({ status: 202, retryAfter: undefined })
    expect(received).toEqual({ method: 'POST', path: '/orders', id: 'an-order', length: '10', body: '{"a":"ã"}' })
  })

  test('can request a pause', async () => {
    const url = await serve((_request, response) => response.writeHead(503, { 'retry-after': '7' }).end())
    expect(await createPoster().post(call(url))).toEqual({ status: 503, retryAfter: '7' })
  })

  test('that redirects is not followed', async () => {
    let followed = 0
    const elsewhere = await serve((_request, response) => {
      followed += 1
      response.end()
    })
    const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end())
    expect((await createPoster().post(call(url))).status).toBe(307)
    expect(followed).toBe(0)
  })

  test('that sends an endless body is cut off, and its status counts', async () => {
    let sent = 0
    const url = await serve((request, response) => {
      response.writeHead(200)
      const more = () => {
        while (!request.destroyed && response.write('x'.repeat(16_384))) sent += 16_384
        response.once('drain', more)
      }
      more()
    })
    expect((await createPoster().post(call(url))).status).toBe(200)
    // The buffers of both ends were sent too.
    expect(sent).toBeLessThan(10_000_000)
  })

  test('that sends its body slowly is cut off at the time limit, and its status counts', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200).write('x')
    })
    expect((await createPoster({ totalMs: 2_000 }).post(call(url))).status).toBe(200)
  })

  test('that does not respond in time fails', async () => {
    const url = await serve(() => undefined)
    await expect(createPoster({ totalMs: 100 }).post(call(url))).rejects.toThrow('no answer within 100 ms')
  })

  test('without a listener fails with an error code', async () => {
    const server = createTcpServer()
    const port = await listening(server)
    await ending.pop()?.()
    await expect(createPoster().post(call(`http://127.0.0.1:${port}/`))).rejects.toThrow('ECONNREFUSED')
  })

  test('that closes the connection fails, even after half a response', async () => {
    const cut = await serve(request => request.socket.destroy())
    await expect(createPoster().post(call(cut))).rejects.toThrow('socket hang up')
    const half = await serve(request => request.socket.end('HTTP/1.1 200 O'))
    await expect(createPoster().post(call(half))).rejects.toThrow(/socket hang up|Parse Error/)
  })

  test('call is cancelled when the service stops', async () => {
    const stopping = new AbortController()
    const url = await serve(() => stopping.abort())
    await expect(createPoster().post({ ...call(url), signal: stopping.signal })).rejects.toThrow('the delivery was stopped')
    await expect(createPoster().post({ ...call(url), signal: stopping.signal })).rejects.toThrow('the delivery was stopped')
  })
})

describe('a connection', () => {
  test('is reused', async () => {
    const sockets = new Set<Socket>()
    const url = await serve((request, response) => {
      sockets.add(request.socket)
      response.end('thank you')
    })
    const poster = createPoster()
    for (let times = 0; times < 3; times++) await poster.post(call(url))
    expect(sockets.size).toBe(1)
  })

  test('that the endpoint closed while idle is no failure: the order uses another', async () => {
    const times = new Map<Socket, number>()
    const url = await serve((request, response) => {
      const nth = (times.get(request.socket) ?? 0) + 1
      times.set(request.socket, nth)
      if (nth === 1) response.end()
      else request.socket.destroy()
    })
    const poster = createPoster()
    for (let each = 0; each < 3; each++) expect((await poster.post(call(url))).status).toBe(200)
    expect([...times.values()]).toEqual([2, 2, 1])
  })

  test('that is not established in time fails', async () => {
    // A server that accepts connections and never speaks TLS.
    const port = await listening(createTcpServer(socket => ending.push(() => socket.destroy())))
    await expect(createPoster({ connectMs: 100 }).post(call(`https://127.0.0.1:${port}/`))).rejects.toThrow('no connection within 100 ms')
  })
})

describe('a certificate', () => {
  const host = 'orders.bank.example'
  const serveTls = async (certificate = selfSigned(host)) => {
    const port = await listening(createTlsServer(certificate, (_request, response) => response.end()))
    return { url: `https://${host}:${port}/`, ca: certificate.cert }
  }
  const resolve = async () => ['127.0.0.1']

  test('that is trusted and names the host is accepted', async () => {
    const { url, ca } = await serveTls()
    expect((await createPoster({ resolve, ca }).post(call(url))).status).toBe(200)
  })

  test('that is self-signed is rejected, whatever the environment says', async () => {
    const { url } = await serveTls()
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    ending.push(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
    await expect(createPoster({ resolve }).post(call(url))).rejects.toThrow('self-signed certificate')
  })

  test('of another host is rejected', async () => {
    const { url, ca } = await serveTls(selfSigned('other.example'))
    await expect(createPoster({ resolve, ca }).post(call(url))).rejects.toThrow("does not match certificate's altnames")
  })

  test('that has expired is rejected', async () => {
    const { url, ca } = await serveTls(selfSigned(host, new Date(Date.now() - 3 * 86_400_000)))
    await expect(createPoster({ resolve, ca }).post(call(url))).rejects.toThrow('certificate has expired')
  })
})

describe('if only the public network is allowed', () => {
  test('the engine connects to no other address, by number or by name, at any attempt', async () => {
    let reached = 0
    const url = new URL(
      await serve((_request, response) => {
        reached += 1
        response.end()
      }),
    )
    const named = `http://bank.example:${url.port}/`
    for (const [address, resolve] of [
      [url.href, undefined],
      [`http://[::ffff:127.0.0.1]:${url.port}/`, undefined],
      [named, async () => ['127.0.0.1']],
      [named, async () => ['8.8.8.8', '127.0.0.1']],
    ] as const)
      await expect(createPoster({ reach: 'public', ...(resolve && { resolve }) }).post(call(address))).rejects.toThrow(
        'is no public address',
      )
    expect(reached).toBe(0)
  })

  test('a name that resolves to a private address after the check still uses the checked address', async () => {
    const resolved: string[] = []
    const answers = [['192.88.98.1'], ['127.0.0.1']]
    const url = await serve((_request, response) => response.end())
    const poster = createPoster({
      reach: 'public',
      connectMs: 200,
      resolve: async host => {
        resolved.push(host)
        return answers.shift() ?? []
      },
    })
    const rebound = `http://rebound.example:${new URL(url).port}/`
    // No server runs at the public address. If the name were resolved again, the server here would respond.
    await expect(poster.post(call(rebound))).rejects.toThrow(/no connection within|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ETIMEDOUT/)
    expect(resolved).toEqual(['rebound.example'])
    await expect(poster.post(call(rebound))).rejects.toThrow('127.0.0.1 is no public address')
  })
})
