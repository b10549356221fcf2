import { createHttp } from '@holdfast/http'
import { silentLogger } from '@holdfast/runtime'
import { refused } from '@holdfast/schemas'
import { afterAll, expect, test } from 'vitest'
import { refuseAsPage, sendPlainPage } from './plain-page.ts'

const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'No principal is known here.' }),
})
const open = { config: { open: true } }
http.get('/page', open, (_request, reply) => sendPlainPage(reply, { title: 'a < b', body: '<p>c</p>', onwardTo: `/x?y="'&z=<1>` }))
http.get('/no', open, (request, reply) =>
  refuseAsPage(request, reply, { code: 'NOT_PERMITTED', message: 'the claim "<b>" is none' }, { title: 'No', next: '<hr>' }),
)
afterAll(() => http.close())

test('a page is self-contained, not cached, and escapes all values', async () => {
  const { body, headers } = await http.inject('/page')
  expect(body).toContain('<title>a &#60; b</title><meta http-equiv="refresh" content="0;url=/x?y=&#34;&#39;&#38;z=&#60;1&#62;">')
  expect(body).toContain('<h1>a &#60; b</h1>\n<p>c</p>')
  expect(body).not.toMatch(/<script|src=|href=/)
  const [, nonce] = /<style nonce="([^"]+)">/.exec(body) ?? []
  expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
  expect(headers['cache-control']).toBe('no-store')
})

test('a refusal is a page for browsers and problem details for programs', async () => {
  const page = await http.inject({ url: '/no', headers: { accept: 'text/html' } })
  expect([page.statusCode, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<p>The claim &#34;&#60;b&#62;&#34; is none.</p>\n<hr>')
  const problem = await http.inject('/no')
  expect([problem.statusCode, problem.json().code, problem.json().detail]).toEqual([403, 'NOT_PERMITTED', 'the claim "<b>" is none'])
})
