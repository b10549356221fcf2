import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { EngineUnreachableError, RefusedError } from './problem-details.ts'

const closings: Array<() => void> = []
afterEach(() => {
  for (const close of closings.splice(0)) close()
})

type Reaction = (request: IncomingMessage, response: ServerResponse) => void

async function startEngine(...reactions: Reaction[]) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    reactions[Math.min(seen.length, reactions.length) - 1]?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, client: createClient({ url, token: 't', retries: { attemptsMax: 3, pauseMs: 1, pauseMaxMs: 2 }, timeoutMs: 2000 }) }
}

const factOf = (sequence: number) => ({ type: 'holdfast.fact.v1.RequestVerified', subject: 'r1', sequence })
const eventOf = (sequence: number) => `event: fact\nid: ${sequence}\ndata: ${JSON.stringify(factOf(sequence))}\n\n`

/** Sends a text and then breaks the connection, ends it or leaves it open. */
const stream =
  (text: string, end: 'cut' | 'end' | 'open', mediaType = 'text/event-stream'): Reaction =>
  (request, response) => {
    response.writeHead(200, { 'content-type': mediaType })
    response.write(text, () => {
      if (end === 'cut') request.socket.destroy()
      if (end === 'end') response.end()
    })
  }
const refuse =
  (status: number, code: string): Reaction =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ title: 't', status, code, detail: `no: ${code}` }))
  }

async function take(source: AsyncIterable<{ id: string; fact: { sequence: number } }>, count: number) {
  const sequences: number[] = []
  for await (const { id, fact } of source) {
    expect(id).toBe(String(fact.sequence))
    sequences.push(fact.sequence)
    if (sequences.length === count) break
  }
  return sequences
}

test('a connection that breaks within a fact continues after the last complete one', async () => {
  const { client, seen } = await startEngine(
    stream(`:hello\n\nid: 0\n\n${eventOf(1)}${eventOf(2)}${eventOf(3).slice(0, 40)}`, 'cut'),
    refuse(503, 'UNAVAILABLE'),
    stream('', 'end'),
    stream(eventOf(3) + eventOf(4), 'cut'),
    stream(eventOf(5), 'open'),
  )
  expect(await take(client.watch({ requestId: 'r1', from: 'start' }), 5)).toEqual([1, 2, 3, 4, 5])
  expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '2', '2', '4'])
  expect(seen.map(({ url }) => url)).toEqual([
    '/v1/stream?requestId=r1&from=start',
    ...Array.from({ length: 4 }, () => '/v1/stream?requestId=r1'),
  ])
})

test('an interruption before the first fact leaves no gap: the engine sends the start position', async () => {
  const { client, seen } = await startEngine(stream('id: 7\n\n', 'cut'), stream(eventOf(8), 'open'))
  expect(await take(client.watch(), 1)).toEqual([8])
  expect(seen[1]?.headers['last-event-id']).toBe('7')
})

test('an interruption while the ledger is empty leaves no gap: the next attempt starts at the beginning', async () => {
  const { client, seen } = await startEngine(stream('id: \n\n', 'cut'), stream(eventOf(1), 'open'))
  expect(await take(client.watch(), 1)).toEqual([1])
  expect([seen[1]?.url, seen[1]?.headers['last-event-id']]).toEqual(['/v1/stream?from=start', undefined])
})

test('a repeated last fact is not yielded twice', async () => {
  const { client } = await startEngine(stream(eventOf(1) + eventOf(2), 'cut'), stream(eventOf(2) + eventOf(3), 'open'))
  expect(await take(client.watch({ lastEventId: '0' }), 3)).toEqual([1, 2, 3])
})

test('facts arrive complete however their bytes are split, accents included', async () => {
  const text = `event: fact\r\nid: 1\r\ndata: ${JSON.stringify({ ...factOf(1), name: 'Dili – ção €' })}\r\n\r\n`
  const { client } = await startEngine(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const byte of Buffer.from(text)) if (!response.write(Buffer.of(byte))) await once(response, 'drain')
  })
  for await (const { fact } of client.watch()) {
    expect(fact).toMatchObject({ name: 'Dili – ção €' })
    break
  }
})

test('other events and comments are skipped', async () => {
  const { client } = await startEngine(stream(`: keep-alive\n\nevent: news\nid: x\ndata: {}\n\n${eventOf(1)}`, 'open'))
  expect(await take(client.watch(), 1)).toEqual([1])
})

test('a refusal ends the watch, and so does an engine that was never reachable', async () => {
  const refusing = await startEngine(refuse(401, 'UNAUTHENTICATED'))
  await expect(refusing.client.watch().next()).rejects.toThrow(RefusedError)
  expect(refusing.seen).toHaveLength(1)
  const absent = await startEngine(request => request.socket.destroy())
  await expect(absent.client.watch().next()).rejects.toThrow(EngineUnreachableError)
  expect(absent.seen).toHaveLength(6)
})

test('an abort ends the watch silently, and a consumer that stops closes the connection', async () => {
  const { client, seen } = await startEngine(stream(eventOf(1), 'open'))
  const abort = new AbortController()
  const watching = client.watch({ signal: abort.signal })
  expect((await watching.next()).value).toMatchObject({ id: '1' })
  const next = watching.next()
  abort.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  await take(client.watch(), 1)
  await expect.poll(() => seen.every(({ socket }) => socket.destroyed)).toBe(true)
})

test('a slow consumer holds the engine back, and gets the rest when it continues', async () => {
  const chunk = `: ${'x'.repeat(100_000)}\n\n`
  const total = 1500
  let sent = 0
  function* chunks() {
    yield eventOf(1)
    for (; sent < total; sent++) yield chunk
    yield eventOf(2)
  }
  const { client } = await startEngine((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    Readable.from(chunks()).pipe(response)
  })
  const watching = client.watch()
  expect((await watching.next()).value).toMatchObject({ id: '1' })
  let before = 0
  const stands = () => {
    const isSame = sent === before
    before = sent
    return isSame && sent > 0
  }
  await expect.poll(stands, { interval: 200, timeout: 10_000 }).toBe(true)
  // Of 150 MB, only the buffers of two sockets are sent.
  expect(sent).toBeLessThan(total / 2)
  expect((await watching.next()).value).toMatchObject({ id: '2' })
  expect(sent).toBe(total)
  await watching.return()
}, 20_000)

test('a stream that ends with its token continues silently with a new one after the last fact', async () => {
  const ending = `${eventOf(2)}event: end\ndata: {"reason":"the token has ended"}\n\n`
  const { client, seen } = await startEngine(stream(eventOf(1) + ending, 'end'), stream(eventOf(3), 'open'))
  const told: string[] = []
  expect(await take(client.watch({ onInterruption: error => told.push(error.message) }), 3)).toEqual([1, 2, 3])
  expect([told, seen[1]?.headers['last-event-id']]).toEqual([[], '2'])
})

test('an unknown position is thrown to the caller, and the watch does not restart unasked', async () => {
  const { client, seen } = await startEngine(refuse(410, 'POSITION_UNKNOWN'))
  await expect(client.watch({ lastEventId: 'p' }).next()).rejects.toMatchObject({ problem: { code: 'POSITION_UNKNOWN' } })
  expect(seen).toHaveLength(1)
})

test('an interruption is reported', async () => {
  const { client } = await startEngine(stream(eventOf(1), 'cut'), stream(eventOf(2), 'open'))
  const told: string[] = []
  await take(client.watch({ onInterruption: error => told.push(error.message) }), 2)
  expect(told).toEqual([expect.stringContaining('the connection broke')])
})

test('an export yields all lines, and an incomplete one is an error', async () => {
  const collect = async (source: AsyncIterable<string>) => {
    const lines: string[] = []
    for await (const line of source) lines.push(line)
    return lines
  }
  const whole = await startEngine(refuse(503, 'UNAVAILABLE'), stream('{"a":1}\n{"b":2}\n', 'end', 'application/x-ndjson'))
  expect(await collect(whole.client.export())).toEqual(['{"a":1}', '{"b":2}'])
  expect(whole.seen[1]?.headers.accept).toBe('application/x-ndjson')
  expect(whole.seen[1]?.url).toBe('/v1/stream?from=start')
  const cut = await startEngine(stream('{"a":1}\n{"b', 'cut', 'application/x-ndjson'))
  await expect(collect(cut.client.export())).rejects.toThrow(EngineUnreachableError)
  const halfLine = await startEngine(stream('{"a":1}\n{"b', 'end', 'application/x-ndjson'))
  await expect(collect(halfLine.client.export())).rejects.toThrow(/in the middle of a line/)
  const refusing = await startEngine(refuse(403, 'NOT_PERMITTED'))
  await expect(collect(refusing.client.export())).rejects.toThrow('no: NOT_PERMITTED')
})
