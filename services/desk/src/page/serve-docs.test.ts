import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttp } from '@holdfast/http'
import { silentLogger } from '@holdfast/runtime'
import { refused } from '@holdfast/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveDocs } from './serve-docs.ts'
import { servePage } from './serve-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
const dist = join(folder, 'dist')
const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'No principal is known here.' }),
})
let url = ''

beforeAll(async () => {
  servePage({ http }, join(folder, 'page'))
  serveDocs({ http }, dist)
  url = await http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await http.close()
  rmSync(folder, { recursive: true })
})

const browse = (path: string) => fetch(`${url}${path}`, { headers: { accept: 'text/html,*/*' }, redirect: 'manual' })

test('while the documentation is not built, the answer says how to build it', async () => {
  const answer = await browse('/docs/start/quickstart.html')
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('The documentation is not built. Run npm run docs.')
})

describe('the documentation, once it is built while the desk runs,', () => {
  beforeAll(() => {
    mkdirSync(join(dist, 'fr'), { recursive: true })
    mkdirSync(join(dist, 'assets/chunks'), { recursive: true })
    writeFileSync(join(dist, 'index.html'), '<!doctype html>start')
    writeFileSync(join(dist, 'fr/index.html'), '<!doctype html>début')
    writeFileSync(join(dist, 'assets/chunks/@localSearchIndexroot.B1a2.js'), 'export default {}')
    writeFileSync(join(dist, '.hidden'), 'of a tool')
    writeFileSync(join(folder, 'secret.txt'), 'not of the site')
  })

  test('has start pages, with a policy that allows files of this origin only', async () => {
    const moved = await browse('/docs')
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/docs/'])
    for (const [path, text] of [
      ['/docs/', 'start'],
      ['/docs/fr/', 'début'],
      ['/docs/fr/index.html', 'début'],
    ]) {
      const answer = await browse(path ?? '')
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await answer.text()).toBe(`<!doctype html>${text}`)
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('has assets that are cacheable for a year', async () => {
    const answer = await browse('/docs/assets/chunks/@localSearchIndexroot.B1a2.js')
    expect(await answer.text()).toBe('export default {}')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toMatch(/javascript/)
  })

  test.each(['/docs/nothing.html', '/docs/.hidden', '/docs/..%2fsecret.txt', '/docs/fr/../../secret.txt', '/docs/fr/..%2f..%2fsecret.txt'])(
    '%s is none of it',
    async path => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        get(`${url}${path}`, { path }, answer => {
          answer.resume()
          resolve(answer.statusCode)
        }).on('error', reject)
      })
      expect(status).toBe(404)
    },
  )
})
