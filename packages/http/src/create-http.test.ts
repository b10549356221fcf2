import { connect } from 'node:net'
import { CountryKeyUnreadableError, PersonalDataErasedError } from '@holdfast/encryption'
import { type RefusalCode, refusals, refused } from '@holdfast/schemas'
import { StoreUnavailableError } from '@holdfast/stores'
import { StreamUnavailableError } from '@holdfast/streams'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttp } from './create-http.ts'
import { sendRefusal } from './problem-details.ts'

const logged: string[] = []
const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
let reasons: string[] = []
let thrown: unknown
const http = createHttp({
  log,
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'no sender is known here' }),
  whyNotReady: async () => reasons,
})
let url = ''

beforeAll(async () => {
  const open = { config: { open: true } }
  http.post('/echo', open, request => ({ got: request.body }))
  http.post('/for-members', () => ({}))
  http.get<{ Params: { text: string } }>('/parts/:text', open, request => ({ length: request.params.text.length }))
  http.get('/throws', open, () => {
    throw thrown
  })
  http.get<{ Params: { code: RefusalCode } }>('/refuses/:code', open, (request, reply) =>
    sendRefusal(reply, { code: request.params.code, message: 'this is why' }, [{ code: 'RULE', path: '/a', message: 'is wrong' }]),
  )
  url = await http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => http.close())
beforeEach(() => {
  logged.length = 0
  reasons = []
})

const post = (body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${url}/echo`, { method: 'POST', body, headers })

/** Checks the members that every error has, and returns the others. */
async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const { type, title, status, instance, ...rest } = (await response.json()) as Record<string, unknown> & { code: RefusalCode }
  expect(instance).toBe(`urn:uuid:${response.headers.get('x-request-id')}`)
  expect({ type, title, status }).toEqual({
    type: `urn:holdfast:refusal:${rest.code}`,
    title: refusals[rest.code].title,
    status: response.status,
  })
  expect(response.status).toBe(refusals[rest.code].status)
  return rest
}

test.each(['/health/live', '/parts/x', '/nowhere', '/refuses/NOT_FOUND', '/throws'])(
  'the answer to %s is not to be stored, and no other page can show it or run it',
  async path => {
    thrown = new Error('unforeseen')
    const { headers } = await fetch(`${url}${path}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
  },
)

describe('a refusal', () => {
  test.each(Object.keys(refusals) as RefusalCode[])('%s is problem details with its own status', async code => {
    const response = await fetch(`${url}/refuses/${code}`)
    expect(await problemOf(response)).toEqual({
      code,
      detail: 'this is why',
      problems: [{ code: 'RULE', path: '/a', message: 'is wrong' }],
    })
    expect(response.headers.get('retry-after')).toBe(
      ['UNAVAILABLE', 'CLOSED', 'STORAGE_LOW', 'KEY_IN_FLIGHT', 'RATE_LIMITED', 'HELD_FULL'].includes(code) ? '1' : null,
    )
    expect(response.headers.get('www-authenticate')).toBe(refusals[code].status === 401 ? 'Bearer' : null)
  })
})

describe('a body', () => {
  test('that is JSON reaches its route', async () => {
    expect(await (await post('{"a":[1]}')).json()).toEqual({ got: { a: [1] } })
    const withCharset = await post('{"ä":"🏦"}', { 'content-type': 'application/json; charset=utf-8' })
    expect(await withCharset.json()).toEqual({ got: { ä: '🏦' } })
  })

  test.each([
    ['cut', '{"a":'],
    ['empty', ''],
    ['nested too deep', '['.repeat(100)],
    ['not UTF-8', Buffer.from([0xff, 0xfe, 0x7b])],
  ])('that is %s is refused with the problem', async (_what, body) => {
    const problem = await problemOf(await post(body))
    expect(problem.code).toBe('NOT_JSON')
    expect(problem.problems).toEqual([
      {
        code: expect.stringMatching(/^(NOT_JSON|TOO_DEEP|BAD_ENCODING)$/),
        path: '',
        message: expect.stringMatching(/not JSON|nested deeper|not UTF-8/),
      },
    ])
  })

  test('may have at most 262,144 bytes', async () => {
    expect((await post(JSON.stringify('x'.repeat(262_142)))).status).toBe(200)
    expect(await problemOf(await post(JSON.stringify('x'.repeat(262_143))))).toMatchObject({ code: 'TOO_LARGE' })
  })

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x'])('of type %s is refused', async type => {
    expect(await problemOf(await post('{}', { 'content-type': type }))).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' })
  })

  test.each(['iso-8859-1', 'utf-16', '"windows-1252"'])('in %s is refused, because it would be misread', async charset => {
    const problem = await problemOf(await post('{}', { 'content-type': `application/json; charset=${charset}` }))
    expect(problem).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', detail: expect.stringContaining('send UTF-8') })
  })

  test.each(['json', 'application/json;charset', 'application/json; charset="utf-8', 'application/json, text/xml'])(
    'under %s, which is no media type, is not taken',
    async type => {
      const problem = await problemOf(await post('{}', { 'content-type': type }))
      const message = 'the header content-type must be a media type, such as application/json'
      expect(problem).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', problems: [{ path: 'content-type', message }] })
    },
  )

  test('with a duplicate member is refused with its JSON pointer', async () => {
    const problem = await problemOf(await post('{"beneficiaryCountry":"TL","beneficiaryCountry":"KE"}'))
    expect(problem).toMatchObject({ code: 'NOT_JSON', problems: [{ path: '/beneficiaryCountry', message: 'occurs twice: give it once' }] })
  })

  test('does not reach any prototype', async () => {
    await post('{"__proto__":{"polluted":true}}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('an address', () => {
  test('that is not served is refused by name, without its query', async () => {
    const problem = await problemOf(await fetch(`${url}/v1/nothing?account=TL79`, { method: 'DELETE' }))
    expect(problem).toEqual({ code: 'NOT_FOUND', detail: 'DELETE /v1/nothing is not served here' })
  })

  test('with a broken escape is problem details too', async () => {
    expect(await problemOf(await fetch(`${url}/refuses/%zz`))).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('may have segments of at most 200 characters', async () => {
    expect(await (await fetch(`${url}/parts/${'x'.repeat(200)}`)).json()).toEqual({ length: 200 })
    expect(await problemOf(await fetch(`${url}/parts/${'x'.repeat(201)}`))).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an error of a route', () => {
  test.each([new StreamUnavailableError('kafka-1:9092 refused'), new StoreUnavailableError('redis:6379 timed out')])(
    'is "not now" when a backend is away: %s',
    async error => {
      thrown = error
      const response = await fetch(`${url}/throws`)
      expect(response.headers.get('retry-after')).toBe('1')
      const problem = await problemOf(response)
      expect(problem.code).toBe('UNAVAILABLE')
      expect(problem.detail).not.toContain(error.message)
      expect(logged).toEqual([])
    },
  )

  test('is temporary if a key cannot be decrypted, and is logged once of many in a row', async () => {
    thrown = new CountryKeyUnreadableError("the key of TL can't be unwrapped")
    for (let nth = 0; nth < 3; nth++) expect((await problemOf(await fetch(`${url}/throws`))).code).toBe('UNAVAILABLE')
    expect(logged).toHaveLength(1)
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      route: '/throws',
      err: { message: "the key of TL can't be unwrapped" },
      msg: expect.stringContaining('A data key cannot be used'),
    })
  })

  test('is a refusal if the personal data of its request was erased', async () => {
    thrown = new PersonalDataErasedError('the words of 1f0e were destroyed')
    const response = await fetch(`${url}/throws`)
    expect(response.status).toBe(409)
    expect(await problemOf(response)).toMatchObject({
      code: 'WRONG_STATE',
      detail: expect.stringContaining('personal data of this request was erased'),
    })
    expect(logged).toEqual([])
  })

  // Fastify gives every fault of an incomplete body the status 400.
  test.each([
    ['ended early', Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 })],
    ['has another length', Object.assign(new Error('length'), { code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH', statusCode: 400 })],
  ])('for a body that %s reports an incomplete request, not invalid JSON', async (_what, error) => {
    thrown = error
    expect(await problemOf(await fetch(`${url}/throws`))).toEqual({
      code: 'NOT_HTTP',
      detail: 'The body is incomplete. Send the request again.',
      problems: [{ code: 'BAD_FORMAT', path: '', message: 'The body is incomplete. Send the request again.' }],
    })
    expect(logged).toEqual([])
  })

  test.each([401, 404, 409, 429])(
    'of other code with the status %i is a fault of the engine: no handler chose that answer',
    async statusCode => {
      thrown = Object.assign(new Error('the account TL79 has no holder'), { statusCode })
      expect(await problemOf(await fetch(`${url}/throws`))).toMatchObject({ code: 'INTERNAL' })
      expect(logged).toHaveLength(1)
    },
  )

  test('is logged and not shown if it is unexpected', async () => {
    thrown = new Error('the account TL79 has no holder')
    const problem = await problemOf(await fetch(`${url}/throws`))
    expect(problem).toEqual({ code: 'INTERNAL', detail: 'The engine failed to process this request. The error was logged.' })
    expect(logged).toHaveLength(1)
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ method: 'GET', route: '/throws', msg: 'Request failed with an internal error' })
  })
})

describe('health', () => {
  test('is live whatever the backends do, and ready when they are', async () => {
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' })
    reasons = ['Redis does not answer', 'the clock is four days ahead']
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'live' })
    const response = await fetch(`${url}/health/ready`)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problemOf(response)).toEqual({ code: 'UNAVAILABLE', detail: 'Redis does not answer; the clock is four days ahead' })
  })
})

describe('a header', () => {
  // A backtracking parser blocks every request for minutes, longer than a test may take.
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`

  test.each(['/echo', '/for-members', '/nowhere'])(
    'content-type without a token at %s, made to be read slowly, is refused at once',
    async path => {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: '{}', headers: { 'content-type': hostile } })
      const message = 'the header content-type may have 256 characters'
      expect(await problemOf(response)).toMatchObject({
        code: 'HEAD_TOO_LARGE',
        detail: message,
        problems: [{ code: 'BAD_HEADER', path: 'content-type', message }],
      })
    },
  )

  test.each([
    ['content-type', 256],
    ['accept', 1_000],
    ['accept-language', 1_000],
    ['accept-encoding', 1_000],
    ['if-none-match', 1_000],
  ])('%s may have at most %i characters', async (name, max) => {
    const of = (length: number) => ({ 'content-type': 'application/json', [name]: 'application/json;v='.padEnd(length, '1') })
    expect((await post('{}', of(max))).status).toBe(200)
    const message = `the header ${name} may have ${max} characters`
    expect(await problemOf(await post('{}', of(max + 1)))).toMatchObject({ code: 'HEAD_TOO_LARGE', problems: [{ path: name, message }] })
  })
})

describe('bytes that are not HTTP', () => {
  async function answerTo(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', chunk => {
      text += chunk
    })
    socket.write(bytes)
    await new Promise(resolve => socket.once('close', resolve))
    return text
  }

  test.each([
    ['garbage', 'hello\r\n\r\n', 400, 'NOT_HTTP'],
    ['a header of 20 kB', `GET /health/live HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEAD_TOO_LARGE'],
  ])('%s is refused with problem details, and the server keeps running', async (_what, bytes, status, code) => {
    const text = await answerTo(bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(text).toContain('content-type: application/problem+json')
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code,
      status,
      problems: [{ path: '', message: expect.any(String) }],
    })
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
  })
})
