import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventually } from '../src/engine.ts'
import { register } from '../src/registry.ts'
import { getBy, type Presented, startNginx, whyNoNginx, withPathOfRoot } from './nginx-server.ts'

const why = whyNoNginx(withPathOfRoot(process.env))
if (why) console.log(`The nginx configuration is skipped: ${why}`)

test('without nginx the tests are skipped with the reason, and fail where it is required', () => {
  expect(whyNoNginx({ PATH: '/nowhere' })).toMatch(/^nginx is not installed/)
  expect(() => whyNoNginx({ PATH: '/nowhere', HOLDFAST_REQUIRE: 'kafka,nginx' })).toThrow('nginx is required: nginx is not installed')
})

describe.skipIf(why !== undefined)('behind nginx, as infra/nginx/holdfast.conf has it', () => {
  let folder: string
  let engine: EmbeddedEngine
  let nginx: Awaited<ReturnType<typeof startNginx>>

  const fileOf = (name: string) => readFileSync(join(folder, name), 'utf8')
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  function certify(name: string, subject: string): void {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'members-ca.pem', '-CAkey', 'ca.key', '-days', '2', '-out', `${name}.pem`)
  }
  const thumbprintOf = (name: string) =>
    Buffer.from(new X509Certificate(fileOf(`${name}.pem`)).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  const identityOf = (name: string) => ({ cert: fileOf(`${name}.pem`), key: fileOf(`${name}.key`) })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-nginx-'))
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'members-ca.pem', '-days', '2', '-subj', '/CN=ca')
    certify('server', '/CN=freeze.example.org')
    certify('singapore', '/CN=sg')
    certify('another', '/CN=another')
    engine = await startEmbeddedEngine({
      env: { HOLDFAST_CLIENT_CERT_HEADER: 'trust', HOLDFAST_PUBLIC_ORIGINS: 'https://freeze.example.org' },
    })
    register(engine, 'SG', { bound: 'mtls' })
    nginx = await startNginx(folder, new URL(engine.deskUrl))
  })
  afterAll(async () => {
    await nginx?.stop()
    await engine?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function listBy({ headers = {}, ...identity }: Partial<Presented>, boundTo = 'singapore') {
    const bound = { 'x5t#S256': thumbprintOf(boundTo) }
    const token = await developmentToken(engine.dataDir, { country: 'SG', role: 'officer', person: 'a.tan', bound })
    const answer = await getBy(nginx.port, fileOf('members-ca.pem'), '/v1/requests', {
      headers: { host: 'freeze.example.org', authorization: `Bearer ${token}`, ...headers },
      ...identity,
    })
    return { status: answer.status, body: JSON.parse(answer.body) as { readonly detail?: string } }
  }

  test('a client with the certificate of its bound token is accepted', async () => {
    const answer = await eventually(async () => {
      const given = await listBy(identityOf('singapore')).catch(() => undefined)
      return given?.status === 502 ? undefined : given
    }, 'nginx answers')
    expect(answer).toMatchObject({ status: 200 })
  })

  test('a client with another certificate, or without one, is refused with a reason', async () => {
    expect(await listBy(identityOf('another'))).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('another certificate') },
    })
    expect(await listBy({})).toMatchObject({ status: 401, body: { detail: expect.stringContaining('but the connection has none') } })
  })

  test('a header from the client is ignored, in both spellings', async () => {
    const der = new X509Certificate(fileOf('singapore.pem')).raw.toString('base64')
    for (const own of [`:${der}:`, encodeURIComponent(fileOf('singapore.pem'))]) {
      const headers = { 'client-cert': own }
      expect(await listBy({ headers })).toMatchObject({
        status: 401,
        body: { detail: expect.stringContaining('but the connection has none') },
      })
      expect(await listBy({ headers, ...identityOf('another') })).toMatchObject({
        status: 401,
        body: { detail: expect.stringContaining('another certificate') },
      })
    }
  })

  test('health and metrics are not reachable from outside', async () => {
    const answer = await getBy(nginx.port, fileOf('members-ca.pem'), '/health/ready', { headers: { host: 'freeze.example.org' } })
    expect(answer.status).toBe(403)
  })
})
