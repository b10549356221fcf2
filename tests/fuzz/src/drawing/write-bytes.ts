import { gzipSync } from 'node:zlib'
import { askSomething } from './ask.ts'
import { type Drawing, drawSender } from './drawing.ts'
import type { DrawnInput, HttpInput, SocketInput } from './input.ts'
import { mutatedBytes } from './mutate-bytes.ts'

const head = (
  { method, url, headers, body }: Pick<HttpInput, 'method' | 'url' | 'headers' | 'body'>,
  more: Readonly<Record<string, string>> = {},
): Buffer => {
  const all = {
    host: 'holdfast.example',
    connection: 'close',
    ...headers,
    ...(body ? { 'content-length': `${body.length}` } : {}),
    ...more,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
}

const whole = ({ sent }: DrawnInput<HttpInput>): Buffer => Buffer.concat([head(sent), sent.body ?? Buffer.alloc(0)])

/** Without a socket a stream of facts never ends, and an invalid address cannot be requested. */
export function withSocketWhereNeeded(made: DrawnInput<HttpInput>): DrawnInput<HttpInput | SocketInput> {
  const { url, headers, by } = made.sent
  const goesOn = url.startsWith('/v1/stream') && !headers.accept?.includes('application/x-ndjson')
  if (!goesOn && URL.canParse(url, 'http://localhost')) return made
  return { made: made.made, sent: { way: 'written', bytes: whole(made), by } }
}

/** Not HTTP, or nearly HTTP. `T` stands for a valid token. */
const heads = [
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET / HTTP/0.9\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nhost: b\r\nauthorization: Bearer T\r\n\r\n',
  'GET /v1/requests HTTP/1.1\nhost: a\nauthorization: Bearer T\n\n',
  'GET  /v1/requests  HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET http://x.invalid/v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nconnection: close\r\n\r\n',
  'GET * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  'CONNECT x.invalid:443 HTTP/1.1\r\nhost: x.invalid:443\r\n\r\n',
  'TRACE /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nconnection: close\r\n\r\n',
  'BREW /v1/requests HTTP/1.1\r\nhost: a\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\ncontent-length: -1\r\n\r\n',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\ncontent-length: 99999999999999999999\r\n\r\n{}',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{"cut":',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n{}',
  'POST /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nidempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: a miracle\r\nconnection: close\r\n\r\n{}',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: x\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nauthorization: Bearer T\r\nupgrade: h2c\r\nconnection: upgrade, close\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nx\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nx: y\r\n continued\r\n\r\n',
  'GET /v1/requests HTTP/1.1\r\nhost: a\r\nx: \u0000\r\n\r\n',
  `GET /v1/requests HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  `GET /v1/requests HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 2_100 }, (_, n) => `x${n}: 1\r\n`).join('')}authorization: Bearer T\r\nconnection: close\r\n\r\n`,
  `GET /${'a'.repeat(12_000)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
  '\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  '{"a":1}',
  '',
]

/** Bytes for a connection of their own: a broken head, a compressed body, several requests at once. */
export function writeSomething(drawing: Drawing): DrawnInput<SocketInput> {
  const { chance } = drawing
  const { by, token } = drawSender(drawing)
  const roll = chance.next()
  if (roll < 0.4) {
    const text = chance.pick(heads).replaceAll('Bearer T', `Bearer ${token}`)
    return { made: 'a head of a list', sent: { way: 'written', bytes: Buffer.from(text, 'latin1'), by } }
  }
  const asked = askSomething(drawing)
  if (roll < 0.5) {
    const packed = gzipSync(asked.sent.body ?? Buffer.from('{}'))
    const sent = { ...asked.sent, method: 'POST', body: packed, headers: { ...asked.sent.headers, 'content-encoding': 'gzip' } }
    return { made: `packed; ${asked.made}`, sent: { way: 'written', bytes: Buffer.concat([head(sent), packed]), by: asked.sent.by } }
  }
  if (roll < 0.6) {
    const kept = head(asked.sent, { connection: 'keep-alive' })
    const one = Buffer.concat([kept, asked.sent.body ?? Buffer.alloc(0)])
    return {
      made: `three at once; ${asked.made}`,
      sent: { way: 'written', bytes: Buffer.concat([one, one, whole(asked)]), by: asked.sent.by },
    }
  }
  const bytes = whole(asked)
  if (roll < 0.75) return { made: `written; ${asked.made}`, sent: { way: 'written', bytes, by: asked.sent.by } }
  // The changed bytes can include the sender.
  return {
    made: 'changes to the bytes of all of it',
    sent: { way: 'written', bytes: mutatedBytes(bytes, chance, chance.between(1, 4)), by: asked.sent.by },
  }
}
