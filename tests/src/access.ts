import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { KafkaStreamsOptions } from '@holdfast/streams/kafka'
import { commandEnv } from '@holdfast/test-kit/command-env'
import type { SecuredKafka, SecuredServers } from '@holdfast/test-kit/secured-servers'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** Kafka users, rules and certificates that `npm run infra:access` created for a test. */
export interface Access {
  readonly passwords: string
  readonly redisAcl: string
  /** Runs it again with these additional arguments. Returns its output. */
  again(...words: readonly string[]): Promise<string[]>
  /** The same for an engine in a namespace of the same servers. */
  inNamespace(namespace: string, ...words: readonly string[]): Promise<string[]>
  /** Settings of a service that comes to Kafka with its password. */
  kafkaEnv(user: string): Record<string, string>
  redisEnv(user: string): Record<string, string>
  /** The principal that Kafka knows for this user. */
  kafkaUser(user: string): Pick<KafkaStreamsOptions, 'ssl' | 'sasl'>
  redisPassword(user: string): string
}

/** Runs the command as an operator whom the broker knows by a certificate. */
export async function giveAccess(place: SecuredServers, kafka: SecuredKafka, members: readonly string[]): Promise<Access> {
  const { folder, authority, operator } = place
  const passwords = join(folder, 'passwords')
  const redisAcl = join(folder, 'users.acl')
  const again = (...words: readonly string[]): Promise<string[]> => run({}, words)
  async function run(settings: Readonly<Record<string, string>>, words: readonly string[]): Promise<string[]> {
    const byName = words.includes('--registry') ? [] : ['--members', members.join()]
    const asked = ['--passwords', passwords, '--redis-acl', redisAcl, ...byName, ...words]
    const env = {
      ...commandEnv,
      ...settings,
      HOLDFAST_KAFKA_BROKERS: kafka.byCertificate,
      HOLDFAST_KAFKA_TLS_CA_FILE: authority.cert,
      HOLDFAST_KAFKA_TLS_CERT_FILE: operator.cert,
      HOLDFAST_KAFKA_TLS_KEY_FILE: operator.key,
    }
    const { stdout } = await execute(process.execPath, [join(root, 'infra/access.ts'), ...asked], { env, timeout: 60_000 })
    return stdout.trim().split('\n')
  }
  await again()
  const passwordOf = (server: string, user: string): string => readFileSync(join(passwords, `${server}-${user}`), 'utf8').trim()
  return {
    passwords,
    redisAcl,
    again,
    inNamespace: (namespace, ...words) => run({ HOLDFAST_NAMESPACE: namespace }, words),
    kafkaEnv: user => ({
      HOLDFAST_KAFKA_TLS_CA_FILE: authority.cert,
      HOLDFAST_KAFKA_USERNAME: user,
      HOLDFAST_KAFKA_PASSWORD_FILE: join(passwords, `kafka-${user}`),
    }),
    redisEnv: user => ({
      HOLDFAST_REDIS_TLS_CA_FILE: authority.cert,
      HOLDFAST_REDIS_USERNAME: user,
      HOLDFAST_REDIS_PASSWORD_FILE: join(passwords, `redis-${user}`),
    }),
    kafkaUser: user => ({
      ssl: { ca: readFileSync(authority.cert, 'utf8') },
      sasl: { mechanism: 'scram-sha-512', username: user, password: passwordOf('kafka', user) },
    }),
    redisPassword: user => passwordOf('redis', user),
  }
}
