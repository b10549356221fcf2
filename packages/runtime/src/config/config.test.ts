import { describe, expect, test } from 'vitest'
import { configurationPage } from '../../configuration-page.ts'
import { redisPrefixOf } from './backends.ts'
import { baseConfigSchema, configSchemaWithPort, type ServiceConfig } from './config.ts'
import { readConfig, redact } from './read-config.ts'

const schema = configSchemaWithPort(8080)
const read = (env: Record<string, string | undefined>) => readConfig(schema, env)
const cluster = {
  HOLDFAST_MASTER_KEYS_FILE: 'master-keys',
  HOLDFAST_KEYS_REDIS_URL: 'redis://127.0.0.1:6380',
  HOLDFAST_KAFKA_BROKERS: '127.0.0.1:9092',
  HOLDFAST_REDIS_URL: 'redis://127.0.0.1:6379',
  HOLDFAST_SECRET_FILE: 'secret',
}

describe('the configuration', () => {
  test('needs no setting', () => {
    expect(read({ PATH: '/usr/bin' })).toEqual({
      ok: true,
      value: {
        HOLDFAST_BYTES_PER_SECOND: 1_000_000,
        HOLDFAST_CLIENT_CERT_HEADER: 'ignore',
        HOLDFAST_CONNECTIONS_PER_ADDRESS: 2_000,
        HOLDFAST_DATA: '.holdfast',
        HOLDFAST_DISK_FREE_MB: 512,
        HOLDFAST_ENV: 'development',
        HOLDFAST_HOST: '127.0.0.1',
        HOLDFAST_KAFKA_REPLICATION: 1,
        HOLDFAST_KAFKA_SASL_MECHANISM: 'scram-sha-512',
        HOLDFAST_OPEN_BACKENDS: 'refuse',
        HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: 10_000,
        HOLDFAST_LEDGER_NUMBER: 1,
        HOLDFAST_KEYS_REDIS_REPLICAS: 0,
        HOLDFAST_TREE_NUMBER: 1,
        HOLDFAST_OIDC_COUNTRY_CLAIM: 'country',
        HOLDFAST_OIDC_PERSON_CLAIM: 'sub',
        HOLDFAST_OIDC_UNIT_CLAIM: 'holdfast_unit',
        HOLDFAST_OIDC_ROLE_CLAIM: 'holdfast_role',
        HOLDFAST_REQUESTS_PER_SECOND: 100,
        HOLDFAST_STREAMS_MAX: 1000,
        HOLDFAST_STREAMS_PER_MEMBER: 100,
        HOLDFAST_WEBHOOKS_PRIVATE: 'refuse',
        HOLDFAST_DELIVERY_WITHIN_MS: 86_400_000,
        HOLDFAST_DELIVERY_ATTEMPTS: 1000,
        HOLDFAST_LOG_LEVEL: 'info',
        HOLDFAST_PORT: 8080,
      },
    })
  })

  test('parses numbers and lists', () => {
    const config = read({ ...cluster, HOLDFAST_KAFKA_BROKERS: 'a:9092, b:9093', HOLDFAST_PORT: '0', HOLDFAST_PARTITIONS: '8' })
    expect(config).toMatchObject({
      ok: true,
      value: { HOLDFAST_KAFKA_BROKERS: ['a:9092', 'b:9093'], HOLDFAST_PORT: 0, HOLDFAST_PARTITIONS: 8 },
    })
  })

  test('treats an empty variable as not set', () => {
    expect(read({ HOLDFAST_PORT: '', HOLDFAST_KAFKA_BROKERS: '', HOLDFAST_REDIS_URL: '', HOLDFAST_LOG_LEVEL: '' })).toEqual(read({}))
  })

  test('lists every problem at once', () => {
    const config = read({
      HOLDFAST_PORT: '65536',
      HOLDFAST_PARTITIONS: 'many',
      HOLDFAST_LOG_LEVEL: 'loud',
      HOLDFAST_REDIS_PREFIX: 'Holdfast!',
      HOLDFAST_KAFKA_BROKERS: 'kafka',
    })
    const lines = config.ok ? [] : config.error.split('\n')
    expect(lines[0]).toBe('The configuration is invalid:')
    expect(lines.slice(1).map(line => line.trim().split(/:| and | go /)[0])).toEqual([
      'HOLDFAST_KAFKA_BROKERS/0',
      'HOLDFAST_REDIS_PREFIX',
      'HOLDFAST_PARTITIONS',
      'HOLDFAST_LOG_LEVEL',
      'HOLDFAST_PORT',
      'HOLDFAST_KAFKA_BROKERS',
      'HOLDFAST_SECRET_FILE',
      'HOLDFAST_MASTER_KEYS_FILE',
      'HOLDFAST_KEYS_REDIS_URL',
    ])
  })

  test.each(['HOLDFAST_MASTER_KEYS_FILE', 'HOLDFAST_KEYS_REDIS_URL'])(
    'on Kafka and Redis services that encrypt personal data share %s: any of them can decrypt what another encrypted',
    name => {
      const config = read({ ...cluster, [name]: '' })
      expect(config).toMatchObject({ ok: false, error: expect.stringContaining(`${name}: is required on Kafka and Redis`) })
      // The ledger decides without them, and a copy carries the keys as they are stored.
      expect(readConfig(schema, { ...cluster, [name]: '' }, { readsPersonalData: false }).ok).toBe(true)
    },
  )

  test.each(['clear', 'encrypted'])('refuses HOLDFAST_WORDS=%s, which would say whether personal data is encrypted', value => {
    expect(read({ HOLDFAST_WORDS: value })).toMatchObject({
      ok: false,
      error: expect.stringContaining('HOLDFAST_WORDS: this setting was removed'),
    })
    expect(read({ HOLDFAST_WORDS: '' }).ok).toBe(true)
  })

  test('on Kafka and Redis services share one secret: without it one request would get two ids', () => {
    const { HOLDFAST_SECRET_FILE: _, ...without } = cluster
    expect(read(without)).toMatchObject({ ok: false, error: expect.stringContaining('HOLDFAST_SECRET_FILE') })
  })

  test.each([{ HOLDFAST_KAFKA_BROKERS: '127.0.0.1:9092' }, { HOLDFAST_REDIS_URL: 'redis://127.0.0.1' }])(
    'is not half a cluster: %o',
    env => {
      expect(read(env)).toMatchObject({ ok: false, error: expect.stringContaining('belong together') })
      expect(read({ ...cluster, ...env }).ok).toBe(true)
    },
  )

  test.each(['1.5', '-1', '1e9', 'NaN', '0x'])('a port is not %s', port => {
    expect(read({ HOLDFAST_PORT: port })).toMatchObject({ ok: false, error: expect.stringContaining('HOLDFAST_PORT') })
  })

  test.each([
    ['HOLDFAST_DESK_URL', 'https://desk.example.org'],
    ['HOLDFAST_DESK_URL', 'https://desk.example.org:8443'],
    ['HOLDFAST_DESK_URL', 'http://localhost:8080'],
    ['HOLDFAST_OIDC_ISSUER', 'https://id.example.org/realms/police'],
    ['HOLDFAST_OIDC_ISSUER', 'http://127.0.0.1:9000'],
  ])('%s may be %s', (name, value) => {
    expect(read({ [name]: value })).toMatchObject({ ok: true, value: { [name]: value } })
  })

  test.each([
    ['HOLDFAST_DESK_URL', 'desk.example.org'],
    ['HOLDFAST_DESK_URL', 'https://desk.example.org/'],
    ['HOLDFAST_DESK_URL', 'https://desk.example.org/desk'],
    ['HOLDFAST_DESK_URL', 'https://DESK.example.org'],
    ['HOLDFAST_DESK_URL', 'http://desk.example.org'],
    ['HOLDFAST_DESK_URL', 'http://127.0.0.1.example.org'],
    ['HOLDFAST_OIDC_ISSUER', 'http://id.example.org'],
    ['HOLDFAST_OIDC_ISSUER', 'id.example.org'],
    ['HOLDFAST_OIDC_COUNTRY_CLAIM', 'a b'],
    ['HOLDFAST_ENV', 'staging'],
    ['HOLDFAST_OIDC_DUAL_APPROVAL_AMR', 'a b c d e f g h i'],
  ])('%s may not be %s', (name, value) => {
    expect(read({ [name]: value })).toMatchObject({ ok: false, error: expect.stringContaining(`${name}: `) })
  })

  test.each(['HOLDFAST_OIDC_DUAL_APPROVAL_ACR', 'HOLDFAST_OIDC_DUAL_APPROVAL_AMR'])(
    '%s has words separated by spaces, because with commas they would be one word that no provider states',
    name => {
      expect(read({ [name]: 'hwk  mfa' })).toMatchObject({ ok: true, value: { [name]: ['hwk', 'mfa'] } })
      for (const list of ['hwk,mfa', 'hwk, mfa'])
        expect(read({ [name]: list })).toMatchObject({
          ok: false,
          error: expect.stringMatching(`${name}: .* separated by spaces, no commas`),
        })
    },
  )

  test.each(['Staging', 'a.b', 'x'.repeat(31)])('a namespace such as %s is refused, with what it may be', name => {
    const config = read({ ...cluster, HOLDFAST_NAMESPACE: name })
    expect(config).toMatchObject({ ok: false, error: expect.stringMatching(/HOLDFAST_NAMESPACE: must be 1 to 30 lower-case letters/) })
  })

  test('a namespace that the broker permissions of members would match is refused', () => {
    const config = read({ ...cluster, HOLDFAST_NAMESPACE: 'sg-test' })
    expect(config).toMatchObject({
      ok: false,
      error: expect.stringContaining('HOLDFAST_NAMESPACE: must not start with a country code and a hyphen, such as sg-'),
    })
  })

  test('a problem does not show a password', () => {
    const config = read({ HOLDFAST_KAFKA_BROKERS: 'a:9092', HOLDFAST_REDIS_URL: 'http://holdfast:s3cret@redis:6379' })
    expect(config.ok ? '' : config.error).toContain('HOLDFAST_REDIS_URL')
    expect(config.ok ? '' : config.error).not.toContain('s3cret')
  })
})

test('the Redis prefix follows the namespace unless it is set', () => {
  expect(redisPrefixOf({})).toBe('holdfast')
  expect(redisPrefixOf({ HOLDFAST_NAMESPACE: 'staging' })).toBe('holdfast-staging')
  expect(redisPrefixOf({ HOLDFAST_NAMESPACE: 'staging', HOLDFAST_REDIS_PREFIX: 'own' })).toBe('own')
})

describe('the redacted configuration', () => {
  const redacted = (url: string) => redact(schema.parse({ ...cluster, HOLDFAST_REDIS_URL: url }) as ServiceConfig).HOLDFAST_REDIS_URL

  test.each([
    ['redis://user:s3cret@redis:6379/0', 'redis://user:…@redis:6379/0'],
    ['rediss://:s3cret@redis', 'rediss://:…@redis'],
    ['redis://user:s3@cret@redis:6379', 'redis://user:…@redis:6379'],
    ['redis://user:s3/cret@redis:6379', 'redis://user:…@redis:6379'],
    ['redis://redis:6379', 'redis://redis:6379'],
    ['redis://user@redis:6379', 'redis://user@redis:6379'],
  ])('%s is %s', (url, wanted) => {
    expect(redacted(url)).toBe(wanted)
  })

  test('everything else is unchanged', () => {
    const config = schema.parse({ ...cluster, HOLDFAST_DATA: '/var/lib/holdfast' })
    expect(redact(config)).toEqual({ ...config })
  })
})

describe('its page', () => {
  const page = configurationPage()

  test('has a row for each variable, with its description', () => {
    const variables = Object.keys(baseConfigSchema.shape)
    expect(variables.length).toBeGreaterThan(9)
    for (const name of [...variables, 'HOLDFAST_PORT']) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| \\w.{10,} \\|$`, 'm'))
  })

  test('states the default, the allowed values, when a setting is required, and its services', () => {
    expect(page).toMatch(/`HOLDFAST_KAFKA_REPLICATION`.*\| `1` \(1–9\) \| {2}\| {2}\|$/m)
    expect(page).toMatch(/`HOLDFAST_LOG_LEVEL`.*\| `info`, `trace`, `debug`, `warn`, `error`, `silent` \| {2}\| {2}\|$/m)
    expect(page).toMatch(/`HOLDFAST_REDIS_URL`.*\| – \| cluster \| {2}\|$/m)
    expect(page).toMatch(/`HOLDFAST_OIDC_ISSUER`.*\| – \| production desk \| desk \|$/m)
    expect(page).toMatch(/`HOLDFAST_DIRECTORY`.*\| – \| {2}\| dispatch, desk, ledger \|$/m)
  })
})
