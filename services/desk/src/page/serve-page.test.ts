import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { createHttp } from '@holdfast/http'
import { silentLogger } from '@holdfast/runtime'
import { refused } from '@holdfast/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servePage } from './serve-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))
const dist = join(folder, 'dist')
const html = '<!doctype html><script type="module" nonce="__NONCE__" src="/assets/index-B1a2.js"></script><style nonce="__NONCE__"></style>'
const script = 'console.log("a desk")'
const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'No principal is known here.' }),
})
let url = ''

beforeAll(async () => {
  servePage({ http }, dist)
  http.post('/v1/things/:id/commands', async () => ({}))
  url = await http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await http.close()
  rmSync(folder, { recursive: true })
})

const browse = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { headers: { accept: 'text/html,*/*', ...headers } })

describe('while the page is not built', () => {
  test('the answer says how to build it, to a browser as a page', async () => {
    const asPage = await browse('/')
    expect([asPage.status, asPage.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(await asPage.text()).toContain('<p>The page is not built. Run npm run build -w packages/desk-web.</p>')
    const problem = await fetch(`${url}/`)
    expect([problem.status, ((await problem.json()) as { code: string }).code]).toEqual([503, 'UNAVAILABLE'])
  })
})

describe('the page, once it is built while the desk runs,', () => {
  beforeAll(() => {
    mkdirSync(join(dist, 'assets'), { recursive: true })
    writeFileSync(join(dist, 'index.html'), html)
    writeFileSync(join(dist, 'assets/index-B1a2.js'), script)
    writeFileSync(join(dist, 'assets/index-B1a2.js.br'), brotliCompressSync(script))
    writeFileSync(join(dist, 'assets/plain-C3d4.css'), 'body{}')
    writeFileSync(join(dist, 'assets/.hidden'), 'of a tool')
    writeFileSync(join(folder, 'secret.txt'), 'not of the page')
  })

  test('is sent at every path of its own, with a new nonce and a policy that contains it', async () => {
    const nonces = new Set<string>()
    for (const path of ['/', '/requests/1?at=7', '/authority', '/v1x']) {
      const answer = await browse(path)
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache'])
      const text = await answer.text()
      const nonce = /<script type="module" nonce="([^"]{24})"/.exec(text)?.[1] ?? ''
      nonces.add(nonce)
      expect(text).toBe(html.replaceAll('__NONCE__', nonce))
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      )
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(answer.headers.get('permissions-policy')).toContain('camera=()')
    }
    expect(nonces.size).toBe(4)
  })

  test('has files that are cacheable for a year, with the headers of the page', async () => {
    const answer = await fetch(`${url}/assets/plain-C3d4.css`)
    expect(await answer.text()).toBe('body{}')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toMatch(/^text\/css/)
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('sends a compressed file if there is one and the browser accepts it', async () => {
    const fetched = (encoding: string) =>
      new Promise<[string | undefined, string | undefined, Buffer]>((resolve, reject) => {
        get(`${url}/assets/index-B1a2.js`, { headers: { 'accept-encoding': encoding } }, async answer => {
          const chunks = await answer.toArray()
          resolve([answer.headers['content-encoding'], answer.headers['content-type'], Buffer.concat(chunks)])
        }).on('error', reject)
      })
    const [encoding, type, packed] = await fetched('gzip, br')
    expect([encoding, type, brotliDecompressSync(packed).toString()]).toEqual(['br', 'application/javascript; charset=utf-8', script])
    const [none, , plain] = await fetched('identity')
    expect([none, plain.toString()]).toEqual([undefined, script])
  })

  test.each([
    '/v1/nothing',
    '/v1',
    '/auth/nothing',
    '/health/nothing',
    '/assets/nothing.js',
    '/assets/.hidden',
    '/assets/',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/../../secret.txt',
  ])('%s is none of it', async path => {
    const status = await new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      get(`${url}${path}`, { headers: { accept: 'text/html' }, path }, answer => {
        answer.resume()
        resolve([answer.statusCode, answer.headers['content-type']])
      }).on('error', reject)
    })
    expect(status).toEqual([404, 'application/problem+json; charset=utf-8'])
  })

  test('is not sent to programs that accept no HTML, nor for other methods', async () => {
    expect((await fetch(`${url}/favicon.ico`, { headers: { accept: 'image/*' } })).status).toBe(404)
    expect((await fetch(`${url}/requests`, { method: 'POST' })).status).toBe(404)
    const taken = await browse('/v1/things/1/commands')
    expect([taken.status, taken.headers.get('allow')]).toEqual([405, 'POST'])
  })
})
