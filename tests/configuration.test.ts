import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { afterAll, expect, test } from 'vitest'
import { services } from '../packages/runtime/configuration-page.ts'

const root = join(import.meta.dirname, '..')
const names = readdirSync(join(root, 'services'))

test('the configuration page names every service and its port', async () => {
  const defined = await Promise.all(
    names.map(async name => {
      const app = (await import(join(root, 'services', name, 'src/app.ts'))) as Record<string, unknown>
      const create = app[`create${name[0]?.toUpperCase()}${name.slice(1)}`] as ((of: unknown) => ServiceDefinition) | undefined
      // A desk shows several workflows.
      const service = (app[name] as ServiceDefinition | undefined) ?? create?.(name === 'desk' ? [{ workflow: paymentStop }] : paymentStop)
      return [service?.name, service?.defaultPort]
    }),
  )
  expect(new Map(services.map(({ name, port }) => [name, port]))).toEqual(new Map(defined as [string, number][]))
})

test.each(names)('%s reports every problem of its configuration and exits with 2', name => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'services', name, 'src/main.ts')], {
    env: { ...commandEnv, HOLDFAST_PORT: 'x', HOLDFAST_LOG_LEVEL: 'loud' },
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect(stderr).toMatch(/^The configuration is invalid:\n {2}HOLDFAST_LOG_LEVEL: .+\n {2}HOLDFAST_PORT: .+\n$/)
  expect(status).toBe(2)
})

const folder = mkdtempSync(join(tmpdir(), 'holdfast-configuration-'))
afterAll(() => rmSync(folder, { recursive: true }))

function startWith(settings: Record<string, string>, service = 'standalone') {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'services', service, 'src/main.ts')], {
    env: { ...commandEnv, HOLDFAST_DATA: folder, HOLDFAST_PORT: '0', HOLDFAST_LOG_LEVEL: 'silent', ...settings },
    encoding: 'utf8',
    timeout: 10_000,
  })
  return { status, problems: stderr.trim().split('\n') }
}
const file = (name: string, content: unknown) => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const key = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k' }

test('a port in use is reported, with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const { status, problems } = startWith({ HOLDFAST_PORT: String(port) })
  expect(problems).toEqual([
    `127.0.0.1:${port} is in use by another program, such as another engine. Stop that, or set HOLDFAST_PORT to another port`,
  ])
  expect(status).toBe(2)
  taken.close()
})

test('a registry and a directory with problems are both reported in full', () => {
  const members = file('members-wrong.json', {
    members: [
      { country: 'SG', name: 'Singapore', keys: { keys: [{ ...key, d: 'A'.repeat(43) }] } },
      { country: 'UKK', name: 'x\u202ey', keys: { keys: [] } },
    ],
  })
  const directory = file('directory-wrong.json', { countries: { TL: [{ name: '', colour: 'red' }] } })
  const { status, problems } = startWith({
    HOLDFAST_MEMBERS: members,
    HOLDFAST_DIRECTORY: directory,
    HOLDFAST_OPERATORS: file('operators-wrong.json', { keys: [] }),
    HOLDFAST_SECRET_FILE: file('secret-wrong', 'short'),
  })
  expect(problems[0]).toBe(`${members} is not a usable registry:`)
  expect(problems.map(line => line.trim().split(/[: ]/)[0])).toEqual(
    expect.arrayContaining(['/members/0/keys/keys/0/d', '/members/1/country', '/members/1/name', '/members/1/keys/keys']),
  )
  expect(problems).toContain(`the directory ${directory} can not be used:`)
  expect(problems.filter(line => line.includes('/countries/TL/')).length).toBeGreaterThan(1)
  expect(problems.some(line => line.includes('operators-wrong.json'))).toBe(true)
  expect(problems.some(line => line.includes('secret-wrong is no secret of an engine'))).toBe(true)
  expect(status).toBe(2)
})

test.each([
  ['HOLDFAST_MEMBERS', 'standalone'],
  ['HOLDFAST_OPERATORS', 'desk'],
  ['HOLDFAST_DIRECTORY', 'dispatch'],
  ['HOLDFAST_DIRECTORY', 'desk'],
  ['HOLDFAST_DIRECTORY', 'standalone'],
  ['HOLDFAST_SECRET_FILE', 'intake'],
])('a missing %s is reported by %s too, which exits with 2', (setting, service) => {
  const { status, problems } = startWith({ [setting]: join(folder, 'nowhere') }, service)
  expect(problems).toEqual([expect.stringContaining(join(folder, 'nowhere'))])
  expect(status).toBe(2)
})

test.each(['standalone', 'desk'])('in production %s does not start with an unreachable provider and says what is missing', service => {
  const { status, problems } = startWith({ HOLDFAST_ENV: 'production' }, service)
  expect(problems).toEqual([
    expect.stringMatching(/^HOLDFAST_MEMBERS: is missing/),
    'Sign-in at the desk is not configured:',
    expect.stringMatching(/^ {2}HOLDFAST_OIDC_ISSUER: is missing/),
    expect.stringMatching(/^ {2}HOLDFAST_DESK_URL: is missing/),
  ])
  expect(status).toBe(2)
})

test.each(['intake', 'ledger', 'standalone'])(
  'in production %s does not start with development keys, whether they exist or not',
  service => {
    const { problems } = startWith({ HOLDFAST_ENV: 'production' }, service)
    expect(problems).toContainEqual(expect.stringMatching(/^HOLDFAST_MEMBERS: is missing: .* cannot use development keys$/))
    const named = startWith({ HOLDFAST_ENV: 'production', HOLDFAST_MEMBERS: join(folder, 'nowhere') }, service)
    expect(named.problems.some(problem => problem.includes('HOLDFAST_MEMBERS: is missing'))).toBe(false)
    expect(named.status).toBe(2)
  },
)

test('a registry that is not UTF-8 or names a country twice is refused', () => {
  const twice = startWith({ HOLDFAST_MEMBERS: file('twice.json', '{"members": [], "members": []}') })
  expect([twice.status, twice.problems[1]]).toEqual([2, '  /members: occurs twice: give it once'])
})
