import { describe, expect, test } from 'vitest'
import { createOwnOrigin, createPublicOrigins, refusalOfForeignOrigin } from './own-origin.ts'

const asked = (host: string | undefined) => ({ headers: { host } })

describe('the origin of the desk', () => {
  test('is the configured one, whatever host is requested', () => {
    const ownOrigin = createOwnOrigin({ HOLDFAST_DESK_URL: 'https://desk.example.org' })
    expect([ownOrigin(asked('10.0.0.7:8081')), ownOrigin(asked(undefined))]).toEqual([
      'https://desk.example.org',
      'https://desk.example.org',
    ])
  })

  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['LOCALHOST:8080', 'http://localhost:8080'],
    ['localhost:80', 'http://localhost'],
    ['[::1]:8080', 'http://[::1]:8080'],
  ])('is otherwise %s if that is this machine', (host, origin) => {
    expect(createOwnOrigin({ HOLDFAST_DESK_URL: undefined })(asked(host))).toBe(origin)
  })

  test.each([
    'desk.example.org',
    '127.0.0.1.example.org',
    'localhost.example.org:8080',
    'user@evil.example',
    '192.168.0.7:8080',
    '',
    ' ',
    undefined,
  ])('is never %j, which an attacker may have pointed here', host => {
    expect(createOwnOrigin({ HOLDFAST_DESK_URL: undefined })(asked(host))).toBeUndefined()
  })
})

describe('the origins for proofs', () => {
  const originsAt = (host: string, settings: { public?: string[]; desk?: string } = {}) =>
    createPublicOrigins({ HOLDFAST_PUBLIC_ORIGINS: settings.public, HOLDFAST_DESK_URL: settings.desk })(asked(host))

  test('are the configured ones and that of the desk, whatever host is requested', () => {
    const [ingress, desk] = ['https://freeze.example.org', 'https://desk.example.org']
    expect(originsAt('evil.example', { public: [ingress], desk })).toEqual([ingress, desk])
    expect(originsAt('127.0.0.1:8080', { public: [ingress] })).toEqual([ingress])
    expect(originsAt('127.0.0.1:8080', { desk })).toEqual([desk])
  })

  test('are otherwise the requested one if it is this machine, and none at any other name', () => {
    expect(originsAt('127.0.0.1:8080')).toEqual(['http://127.0.0.1:8080'])
    expect(originsAt('freeze.example.org')).toEqual([])
  })
})

describe('a browser request with a session', () => {
  const ownOrigin = createOwnOrigin({ HOLDFAST_DESK_URL: undefined })
  const why = (method: string, headers: Record<string, string>) =>
    refusalOfForeignOrigin({ method, headers: { host: '127.0.0.1:8080', ...headers } }, ownOrigin)

  test.each<[string, Record<string, string>]>([
    ['GET', {}],
    ['HEAD', { 'sec-fetch-site': 'none' }],
    ['POST', { origin: 'http://127.0.0.1:8080' }],
    ['DELETE', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }],
  ])('is accepted: %s with %j', (method, headers) => {
    expect(why(method, headers)).toBeUndefined()
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['POST', {}, /Origin header is missing/],
    ['POST', { origin: 'null' }, /not http:\/\/127\.0\.0\.1:8080/],
    ['POST', { origin: 'http://127.0.0.1:8081' }, /not http/],
    ['POST', { origin: 'https://127.0.0.1:8080' }, /not http/],
    ['POST', { origin: 'http://127.0.0.1:8080.evil.example' }, /not http/],
    ['POST', { origin: 'http://127.0.0.1:8080/' }, /not http/],
    ['PUT', { origin: 'http://localhost:8080' }, /not http/],
    ['POST', { host: 'desk.example.org', origin: 'http://desk.example.org' }, /HOLDFAST_DESK_URL/],
    ['POST', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'cross-site' }, /another site/],
    ['GET', { 'sec-fetch-site': 'cross-site' }, /another site/],
  ])('is refused: %s with %j', (method, headers, words) => {
    expect(why(method, headers)).toEqual({ code: 'FOREIGN_ORIGIN', message: expect.stringMatching(words) })
  })
})
