import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { silentLogger } from '@holdfast/runtime'
import { accepted } from '@holdfast/schemas'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { createHttp } from './create-http.ts'

let http: FastifyInstance | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await http?.close()
})

async function open(connectionsPerAddress: number, stillMsMax?: number, connectionsMax = 4_000): Promise<number> {
  http = createHttp({
    log: silentLogger,
    whyNotReady: async () => [],
    verify: async () => accepted({ country: 'SG', role: 'officer', person: 'a', tokenEndsAt: new Date('2100-01-01') }),
    connectionsMax,
    connectionsPerAddress,
    ...(stillMsMax ? { stillMsMax } : {}),
  })
  http.get<{ Params: { characters: string } }>('/words/:characters', { config: { open: true } }, ({ params }) => ({
    words: 'x'.repeat(Number(params.characters)),
  }))
  await http.listen({ host: '0.0.0.0', port: 0 })
  return (http.server.address() as { port: number }).port
}

/** Connects from an address of this machine, and returns whether an answer arrives. */
async function isServed(port: number, from = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  socket.on('error', () => undefined)
  sockets.push(socket)
  socket.write('GET /health/live HTTP/1.1\r\nhost: holdfast\r\n\r\n')
  const [what] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [undefined])])
  return what !== undefined
}

describe('connections of one address', () => {
  test('are closed beyond their limit, and those of another address are not', async () => {
    const port = await open(2)
    expect([await isServed(port), await isServed(port), await isServed(port)]).toEqual([true, true, false])
    expect(await isServed(port, '127.0.0.2')).toBe(true)
  })

  test('count no more once they end', async () => {
    const port = await open(1)
    expect([await isServed(port), await isServed(port)]).toEqual([true, false])
    sockets[0]?.destroy()
    await expect.poll(() => isServed(port)).toBe(true)
  })
})

test('slow heads from several addresses do not block other clients', async () => {
  const port = await open(3, undefined, 6)
  const slowHead = (from: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    socket.on('error', () => undefined)
    socket.write('GET /health/live HTTP/1.1\r\nhost: hold')
    sockets.push(socket)
    return once(socket, 'connect')
  }
  const kept = connect({ port, host: '127.0.0.1' })
  sockets.push(kept)
  kept.write('GET /health/live HTTP/1.1\r\nhost: holdfast\r\n\r\n')
  await once(kept, 'data')
  for (const from of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) for (let n = 0; n < 3; n++) await slowHead(from)
  expect(await isServed(port, '127.0.0.5')).toBe(true)
  // A connection with requests is not closed for others.
  kept.write('GET /health/live HTTP/1.1\r\nhost: holdfast\r\n\r\n')
  expect(await Promise.race([once(kept, 'data').then(() => 'answered'), once(kept, 'close').then(() => 'closed')])).toBe('answered')
})

test('a client that does not read its answer is disconnected, and one that does gets all of it', async () => {
  const port = await open(9, 3_000)
  const asks = 'GET /words/40000000 HTTP/1.1\r\nhost: holdfast\r\nconnection: close\r\n\r\n'
  const slow = connect(port, '127.0.0.1').pause()
  slow.on('error', () => undefined)
  slow.write(asks)
  sockets.push(slow)
  const answer = await fetch(`http://127.0.0.1:${port}/words/1000000`, {
    headers: { connection: 'close', 'accept-encoding': 'identity' },
  })
  expect((await answer.text()).length).toBeGreaterThan(1_000_000)
  await expect.poll(countOf, { timeout: 60_000 }).toBe(0)
})

const countOf = (): Promise<number> =>
  new Promise((resolve, reject) => http?.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
