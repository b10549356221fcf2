import { connect, type Socket } from 'node:net'
import { silentLogger } from '@holdfast/runtime'
import { accepted, refused } from '@holdfast/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttp } from './create-http.ts'

// RFC 9110, 9112, 6750 and 9457 as far as clients rely on them, as raw bytes on a socket: a library would hide faults.

const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async authorization =>
    authorization === 'Bearer good'
      ? accepted({ country: 'SG', role: 'officer', person: 'a.tan', tokenEndsAt: new Date('2100-01-01') })
      : refused({ code: 'UNAUTHENTICATED', message: authorization ? 'the token has expired' : 'the Authorization header is missing' }),
})
let port = 0
let bodies = 0

beforeAll(async () => {
  http.get('/v1/things/:id', async () => ({ secret: 'Ana' }))
  http.post('/v1/things', async request => {
    bodies++
    return { got: request.body }
  })
  port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterAll(() => http.close())

/** Sends the bytes; `answer` is everything received until the server closes the connection. */
function send(bytes: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => undefined)
  socket.write(bytes)
  return { socket, answer: new Promise(resolve => socket.once('close', () => resolve(text))) }
}

const head = (line: string, ...fields: string[]) => [line, 'Host: holdfast', ...fields, 'Connection: close', '', '']
const token = 'Authorization: Bearer good'

describe('an answer', () => {
  const cases: [what: string, request: string[], expected: RegExp[]][] = [
    [
      'to GET is not to be stored (9111, 5.2.2.5)',
      head('GET /v1/things/1 HTTP/1.1', token),
      [/^HTTP\/1.1 200 /, /cache-control: no-store/],
    ],
    ['to HEAD has no body (9110, 9.3.2)', head('HEAD /v1/things/1 HTTP/1.1', token), [/^HTTP\/1.1 200 /, /\r\n\r\n$/]],
    [
      'to another method names those that are taken (9110, 15.5.6)',
      head('DELETE /v1/things/1 HTTP/1.1', token),
      [/^HTTP\/1.1 405 /, /allow: GET, HEAD\r/, /METHOD_NOT_ALLOWED/],
    ],
    ['to an unknown method does not reach another route', head('PUT /v1/things HTTP/1.1', token), [/^HTTP\/1.1 405 /, /allow: POST\r/]],
    ['at an unknown address', head('GET /v1/nothing HTTP/1.1', token), [/^HTTP\/1.1 404 /, /NOT_FOUND/]],
    [
      'without a token asks for one and says no more (6750, 3)',
      head('GET /v1/things/1 HTTP/1.1'),
      [/^HTTP\/1.1 401 /, /www-authenticate: Bearer\r/, /connection: close/i],
    ],
    [
      'to a bad token says that it is (6750, 3.1)',
      head('GET /v1/things/1 HTTP/1.1', 'Authorization: Bearer bad'),
      [/^HTTP\/1.1 401 /, /www-authenticate: Bearer error="invalid_token", error_description="the token has expired"/],
    ],
    [
      'to a body that is packed says how to send it (9110, 12.5.3)',
      head('POST /v1/things HTTP/1.1', token, 'Content-Encoding: gzip', 'Content-Type: application/json', 'Content-Length: 0'),
      [/^HTTP\/1.1 415 /, /accept-encoding: identity/],
    ],
    [
      'to a request with two hosts (9112, 3.2)',
      ['GET /v1/things/1 HTTP/1.1', 'Host: a', 'Host: b', token, '', ''],
      [/^HTTP\/1.1 400 /, /two hosts/],
    ],
    [
      'to a request with no host (9112, 3.2)',
      ['GET /v1/things/1 HTTP/1.1', token, '', ''],
      [/^HTTP\/1.1 400 /, /NOT_HTTP/, /names no host/],
    ],
    [
      'to a request with two tokens (9110, 5.3)',
      head('GET /v1/things/1 HTTP/1.1', token, 'Authorization: Bearer another'),
      [/^HTTP\/1.1 400 /, /NOT_HTTP/, /the header authorization twice/],
    ],
    [
      'to a body of two types (9110, 5.3)',
      head('POST /v1/things HTTP/1.1', token, 'Content-Type: application/json', 'Content-Type: text/plain', 'Content-Length: 0'),
      [/^HTTP\/1.1 400 /, /NOT_HTTP/, /the header content-type twice/],
    ],
    [
      'to a client that takes it for a proxy',
      head('CONNECT x.invalid:443 HTTP/1.1'),
      [/^HTTP\/1.1 400 /, /NOT_HTTP/, /CONNECT is for proxies/],
    ],
    [
      'to what expects something else than to go on (9110, 10.1.1)',
      head('POST /v1/things HTTP/1.1', token, 'Expect: a miracle', 'Content-Length: 0'),
      [/^HTTP\/1.1 400 /, /NOT_HTTP/, /100-continue/],
    ],
    [
      'to a length and chunks at once (9112, 6.3)',
      ['POST /v1/things HTTP/1.1', 'Host: a', token, 'Content-Length: 3', 'Transfer-Encoding: chunked', '', '0', '', ''],
      [/^HTTP\/1.1 400 /],
    ],
    [
      'to two lengths (9112, 6.3)',
      ['POST /v1/things HTTP/1.1', 'Host: a', token, 'Content-Length: 3', 'Content-Length: 4', '', '{}'],
      [/^HTTP\/1.1 400 /],
    ],
    [
      'that is a no is problem details (9457)',
      head('GET /v1/nothing HTTP/1.1'),
      [/content-type: application\/problem\+json/, /"status":404/],
    ],
  ]
  test.each(cases)('%s', async (_what, request, expected) => {
    const answer = await send(request.join('\r\n')).answer
    for (const pattern of expected) expect(answer).toMatch(pattern)
  })
})

test('no byte of an unknown principal’s body is read', async () => {
  const { answer } = send('POST /v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{"a":')
  expect(await answer).toMatch(/^HTTP\/1.1 401 /)
  expect(bodies).toBe(0)
})

test('a head that is sent letter by letter must arrive within ten seconds', { timeout: 60_000 }, async () => {
  const { socket, answer } = send('GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n')
  let letters = 0
  const drip = setInterval(() => {
    letters++
    socket.write('x')
  }, 500)
  const text = await answer
  clearInterval(drip)
  expect(text).toMatch(/^HTTP\/1.1 408 .*"code":"TOO_SLOW"/s)
  // The letters are sent by the process of the server, so a slow machine sends no more of them within ten seconds.
  expect(letters).toBeLessThan(26)
})
