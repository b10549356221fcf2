import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, createAuthority } from '../../../test-kit/src/certificates.ts'
import { checkBackendFile, fileSettings, kafkaSecurity, redisSecurity } from '../backends/backend-security.ts'
import { backendProblems, openBackends } from './backend-settings.ts'
import { baseConfigSchema, configSchemaWithPort } from './config.ts'
import { readConfig, redact } from './read-config.ts'

const cluster = {
  HOLDFAST_KEYS_REDIS_URL: 'redis://keys:6379',
  HOLDFAST_MASTER_KEYS_FILE: 'master-keys',
  HOLDFAST_KAFKA_BROKERS: 'kafka:9093',
  HOLDFAST_REDIS_URL: 'redis://redis:6379',
  HOLDFAST_SECRET_FILE: 'secret',
}
const whole = {
  HOLDFAST_KAFKA_BROKERS: 'kafka:9093',
  HOLDFAST_KAFKA_TLS_CA_FILE: 'ca.pem',
  HOLDFAST_KAFKA_USERNAME: 'ledger',
  HOLDFAST_KAFKA_PASSWORD_FILE: 'kafka-ledger',
  HOLDFAST_REDIS_URL: 'rediss://redis:6379',
  HOLDFAST_KEYS_REDIS_URL: 'rediss://keys:6379',
  HOLDFAST_REDIS_USERNAME: 'ledger',
  HOLDFAST_REDIS_PASSWORD_FILE: 'redis-ledger',
  HOLDFAST_SECRET_FILE: 'secret',
}
const settingsOf = (problems: readonly string[]) => problems.map(problem => problem.split(/[: ]/)[0])

describe('the security of Kafka and Redis', () => {
  test('may be plaintext in development, and complete as in production', () => {
    expect(backendProblems(cluster)).toEqual([])
    expect(backendProblems({})).toEqual([])
    expect(backendProblems({ ...whole, HOLDFAST_ENV: 'production' })).toEqual([])
    const byCertificate = {
      HOLDFAST_KAFKA_USERNAME: '',
      HOLDFAST_KAFKA_PASSWORD_FILE: '',
      HOLDFAST_KAFKA_TLS_CERT_FILE: 'c',
      HOLDFAST_KAFKA_TLS_KEY_FILE: 'k',
    }
    expect(backendProblems({ ...whole, ...byCertificate, HOLDFAST_ENV: 'production' })).toEqual([])
  })

  test.each([
    [{ HOLDFAST_KAFKA_USERNAME: 'ledger' }, ['HOLDFAST_KAFKA_PASSWORD_FILE']],
    [{ HOLDFAST_KAFKA_PASSWORD_FILE: 'file' }, ['HOLDFAST_KAFKA_USERNAME']],
    [{ HOLDFAST_KAFKA_TLS_CA_FILE: 'ca', HOLDFAST_KAFKA_TLS_CERT_FILE: 'cert' }, ['HOLDFAST_KAFKA_TLS_KEY_FILE']],
    [{ HOLDFAST_KAFKA_TLS_CERT_FILE: 'cert', HOLDFAST_KAFKA_TLS_KEY_FILE: 'key' }, ['HOLDFAST_KAFKA_TLS_CA_FILE']],
    [{ HOLDFAST_REDIS_USERNAME: 'ledger' }, ['HOLDFAST_REDIS_PASSWORD_FILE']],
    [{ HOLDFAST_REDIS_PASSWORD_FILE: 'file' }, ['HOLDFAST_REDIS_USERNAME']],
    [{ HOLDFAST_REDIS_URL: 'rediss://redis', HOLDFAST_REDIS_TLS_KEY_FILE: 'key' }, ['HOLDFAST_REDIS_TLS_CERT_FILE']],
    [{ HOLDFAST_REDIS_TLS_CA_FILE: 'ca' }, ['HOLDFAST_REDIS_URL']],
    [
      { HOLDFAST_REDIS_URL: 'redis://a:b@redis', HOLDFAST_REDIS_USERNAME: 'ledger', HOLDFAST_REDIS_PASSWORD_FILE: 'file' },
      ['HOLDFAST_REDIS_URL'],
    ],
  ])('is not incomplete or contradictory: %o', (settings, wanted) => {
    expect(settingsOf(backendProblems({ ...cluster, ...settings }))).toEqual(wanted)
  })

  test('has no effect without Kafka and Redis', () => {
    expect(settingsOf(backendProblems({ HOLDFAST_KAFKA_TLS_CA_FILE: 'ca', HOLDFAST_REDIS_TLS_CA_FILE: 'ca' }))).toEqual([
      'HOLDFAST_KAFKA_BROKERS',
      'HOLDFAST_REDIS_URL',
    ])
  })

  test('in production requires TLS and a user for Kafka and Redis, and each missing setting is named', () => {
    const missing = [
      'HOLDFAST_KAFKA_TLS_CA_FILE',
      'HOLDFAST_KAFKA_USERNAME',
      'HOLDFAST_REDIS_URL',
      'HOLDFAST_KEYS_REDIS_URL',
      'HOLDFAST_REDIS_USERNAME',
    ]
    const config = readConfig(configSchemaWithPort(0), { ...cluster, HOLDFAST_ENV: 'production' })
    const lines = config.ok ? [] : config.error.split('\n').slice(1)
    expect(settingsOf(lines.map(line => line.trim()))).toEqual(missing)
    // A password in the environment does not replace a user with a password in a file.
    expect(
      settingsOf(
        backendProblems({
          ...whole,
          HOLDFAST_REDIS_URL: 'rediss://ledger:secret@redis',
          HOLDFAST_REDIS_USERNAME: '',
          HOLDFAST_REDIS_PASSWORD_FILE: '',
          HOLDFAST_ENV: 'production',
        }),
      ),
    ).toEqual(['HOLDFAST_REDIS_USERNAME'])
  })

  test('in production may be open only if a setting allows it, and missing settings are known for a warning', () => {
    const allowed = { ...cluster, HOLDFAST_ENV: 'production', HOLDFAST_OPEN_BACKENDS: 'allow' }
    expect(backendProblems(allowed)).toEqual([])
    expect(openBackends(allowed)).toHaveLength(5)
    expect(openBackends({ HOLDFAST_ENV: 'production' })).toEqual([])
  })
})

describe('the files of certificates, keys and passwords', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'))
  let authority: Authority
  beforeAll(async () => {
    authority = await createAuthority(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const problems = (config: Record<string, string>): string[] =>
    fileSettings.flatMap(setting => {
      try {
        checkBackendFile(config, setting)
        return []
      } catch (error) {
        return [(error as Error).message.replaceAll(folder, '')]
      }
    })

  test('are passed to Kafka and Redis', async () => {
    const own = await authority.issue('ledger')
    const config = baseConfigSchema.parse({
      ...whole,
      HOLDFAST_KAFKA_TLS_CA_FILE: authority.cert,
      HOLDFAST_KAFKA_TLS_CERT_FILE: own.cert,
      HOLDFAST_KAFKA_TLS_KEY_FILE: own.key,
      HOLDFAST_KAFKA_PASSWORD_FILE: file('kafka', 'of-kafka\n'),
      HOLDFAST_REDIS_TLS_CA_FILE: authority.cert,
      HOLDFAST_REDIS_PASSWORD_FILE: file('redis', 'of-redis\n'),
    })
    expect(kafkaSecurity(config)).toEqual({
      ssl: {
        ca: expect.stringContaining('CERTIFICATE'),
        cert: expect.stringContaining('CERTIFICATE'),
        key: expect.stringContaining('PRIVATE'),
      },
      sasl: { mechanism: 'scram-sha-512', username: 'ledger', password: 'of-kafka' },
    })
    expect(redisSecurity(config)).toEqual({
      tls: { ca: expect.stringContaining('CERTIFICATE'), cert: undefined, key: undefined },
      username: 'ledger',
      password: 'of-redis',
    })
    expect(JSON.stringify(redact(config))).not.toMatch(/of-kafka|of-redis|BEGIN/)
    expect(kafkaSecurity(baseConfigSchema.parse(cluster))).toEqual({})
    expect(redisSecurity(baseConfigSchema.parse(cluster))).toEqual({})
  })

  test('are listed with their problems, and never with their content', async () => {
    const [own, other] = [await authority.issue('desk'), await authority.issue('other')]
    const ended = await authority.issue('ended', { from: '20240101000000Z', to: '20240102000000Z' })
    const found = problems({
      HOLDFAST_KAFKA_TLS_CA_FILE: file('ca', 'nonsense'),
      HOLDFAST_KAFKA_TLS_CERT_FILE: own.cert,
      HOLDFAST_KAFKA_TLS_KEY_FILE: other.key,
      HOLDFAST_KAFKA_PASSWORD_FILE: file('two', 'two words'),
      HOLDFAST_REDIS_TLS_CA_FILE: join(folder, 'nowhere'),
      HOLDFAST_REDIS_TLS_CERT_FILE: ended.cert,
      HOLDFAST_REDIS_TLS_KEY_FILE: file('key', 'nonsense'),
      HOLDFAST_REDIS_PASSWORD_FILE: file('empty', '\n'),
    })
    expect(found).toEqual([
      'HOLDFAST_KAFKA_TLS_CA_FILE: /ca is not a certificate: it must be PEM, starting with -----BEGIN CERTIFICATE-----',
      'HOLDFAST_KAFKA_TLS_KEY_FILE: /other.key is not the key of the certificate in /desk.pem',
      'HOLDFAST_KAFKA_PASSWORD_FILE: /two is not a password: it must be one line of printable characters, no spaces',
      expect.stringMatching(/^HOLDFAST_REDIS_TLS_CA_FILE: \/nowhere cannot be read: ENOENT/),
      'HOLDFAST_REDIS_TLS_CERT_FILE: /ended.pem is a certificate that expired on 2024-01-02T00:00:00.000Z',
      'HOLDFAST_REDIS_TLS_KEY_FILE: /key is not a private key in PEM, or has a passphrase',
      'HOLDFAST_REDIS_PASSWORD_FILE: /empty is empty',
    ])
  })
})
