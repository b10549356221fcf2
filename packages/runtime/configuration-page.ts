import { z } from 'zod'
import { configSchemaWithPort } from './src/config/config.ts'

interface Service {
  readonly name: string
  readonly port: number
  readonly serves: string
}

/**
 * Maintained by hand, because a package knows no service. tests/configuration.test.ts compares it with the services'
 * own definitions.
 */
export const services: readonly Service[] = [
  { name: 'standalone', port: 8080, serves: 'everything, in one process' },
  { name: 'intake', port: 8080, serves: '`POST /v1/requests`' },
  { name: 'desk', port: 8081, serves: 'the page, sign-in, and every other endpoint' },
  { name: 'ledger', port: 8082, serves: 'health alone' },
  { name: 'validation', port: 8083, serves: 'health alone' },
  { name: 'dispatch', port: 8084, serves: '`POST /v1/answers`' },
]

interface Group {
  readonly title: string
  readonly about: string
  readonly settings: RegExp
}

/** The first group that a setting matches is its own. */
const groups: readonly Group[] = [
  {
    title: 'Process',
    about: '[Install](../operate/install.md) shows them for one machine.',
    settings: /^HOLDFAST_(?:ENV|DATA|HOST|PORT|LOG_LEVEL|DISK_FREE_MB)$/,
  },
  {
    title: 'Kafka',
    about:
      'Set the brokers and `HOLDFAST_REDIS_URL` for a cluster, or neither. [Backends](../operate/backends.md) describes users and TLS.',
    settings: /^HOLDFAST_(?:KAFKA_|OPEN_BACKENDS|NAMESPACE)/,
  },
  { title: 'Redis', about: 'The same page describes its users.', settings: /^HOLDFAST_REDIS_/ },
  {
    title: 'Keys',
    about: '[Keys](../operate/keys.md) describes copies and changes.',
    settings: /^HOLDFAST_(?:SECRET_FILE|MASTER_KEYS_FILE|KEYS_)/,
  },
  {
    title: 'Ledger',
    about: 'See [partitions](../operate/repartition.md) and [upgrade](../operate/upgrade.md).',
    settings: /^HOLDFAST_(?:PARTITIONS|LEDGER_|TREE_NUMBER|CLOCK_)/,
  },
  {
    title: 'Registries and rules',
    about: 'Services use a new registry within a second, and read [profiles](profiles.md) at the start.',
    settings: /^HOLDFAST_(?:MEMBERS|OPERATORS|PROFILES)$/,
  },
  {
    title: 'Delivery of orders',
    about: 'The [directory](../operate/directory.md) names the recipients.',
    settings: /^HOLDFAST_(?:DIRECTORY|WEBHOOK|DELIVERY_)/,
  },
  {
    title: 'Limits',
    about:
      'A sender above a limit gets 429. A burst may be three times the requests, and ten times the bytes. One officer gets half of the limit of the role.',
    settings: /^HOLDFAST_(?:REQUESTS_|CONNECTIONS_|BYTES_|STREAMS_)/,
  },
  {
    title: 'Addresses and sign-in',
    about: '[Identity provider](../operate/identity-provider.md) describes them.',
    settings: /^HOLDFAST_(?:DESK_URL|PUBLIC_ORIGINS|CLIENT_CERT_HEADER|OIDC_)/,
  },
]

/** When a setting has to be set. */
const required: Readonly<Record<string, string>> = {
  HOLDFAST_KAFKA_BROKERS: 'cluster',
  HOLDFAST_REDIS_URL: 'cluster',
  HOLDFAST_SECRET_FILE: 'cluster',
  HOLDFAST_MASTER_KEYS_FILE: 'cluster',
  HOLDFAST_KEYS_REDIS_URL: 'cluster',
  HOLDFAST_KAFKA_TLS_CA_FILE: 'production cluster',
  HOLDFAST_KAFKA_USERNAME: 'production cluster, or a certificate',
  HOLDFAST_REDIS_USERNAME: 'production cluster',
  HOLDFAST_KAFKA_PASSWORD_FILE: 'with the user',
  HOLDFAST_REDIS_PASSWORD_FILE: 'with the user',
  HOLDFAST_KAFKA_TLS_KEY_FILE: 'with the certificate',
  HOLDFAST_REDIS_TLS_KEY_FILE: 'with the certificate',
  HOLDFAST_MEMBERS: 'production',
  HOLDFAST_DESK_URL: 'production, at the desk',
  HOLDFAST_OIDC_ISSUER: 'production, at the desk',
  HOLDFAST_OIDC_CLIENT_ID: 'with the issuer',
}

/** The services other than `standalone` that use a setting. Without an entry, every service does. */
const readers: readonly (readonly [settings: RegExp, services: string])[] = [
  [/^HOLDFAST_OIDC_(?!DUAL)|^HOLDFAST_STREAMS_|^HOLDFAST_TREE_NUMBER$/, 'desk'],
  [/^HOLDFAST_(?:DELIVERY_|WEBHOOK_SECRETS)/, 'dispatch'],
  [/^HOLDFAST_(?:DIRECTORY|WEBHOOKS_PRIVATE)$/, 'dispatch, desk, ledger'],
  [/^HOLDFAST_LEDGER_FEATURE_LEVEL$/, 'ledger'],
  [/^HOLDFAST_CLOCK_CONFIRMED_AT$/, 'standalone'],
]

interface Described {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/**
 * Returns docs/reference/configuration.md from the schema of the configuration. Throws if a variable has no description
 * or no group.
 */
export function configurationPage(): string {
  const { properties } = z.toJSONSchema(configSchemaWithPort(0)) as { properties: Record<string, Described> }
  const groupOf = (name: string): Group => {
    const group = groups.find(({ settings }) => settings.test(name))
    if (!group) throw new Error(`${name} belongs to no group of packages/runtime/configuration-page.ts`)
    return group
  }
  const byGroup = Map.groupBy(Object.entries(properties), ([name]) => groupOf(name))
  const sections = groups.map(
    group => `## ${group.title}

${group.about}

| variable | what it is | default | required | read by |
|---|---|---|---|---|
${(byGroup.get(group) ?? []).map(([name, described]) => row(name, described)).join('\n')}
`,
  )
  return `---
reader: operator
task: look up a setting of the engine
---
# Configuration

For operators. Every service reads the same environment variables. This page lists each one, its default, and which services use it.

Made by \`npm run generate\` from \`packages/runtime/src/config/config.ts\`. Change the settings there.

An empty variable counts as not set. If the configuration is invalid, the service lists every problem and exits with code 2. Otherwise it logs its settings at the start, without passwords.
*cluster* means with Kafka and Redis, *production* with \`HOLDFAST_ENV=production\`. \`standalone\` uses every setting.

${sections.join('\n')}
## Services

| service | default port | serves |
|---|---|---|
${services.map(({ name, port, serves }) => `| ${name} | ${port} | ${serves} |`).join('\n')}

Every service also serves \`GET /health/live\` and \`GET /health/ready\`. The settings of the command line are on its [own page](cli.md).
`
}

function row(name: string, described: Described): string {
  if (!described.description) throw new Error(`${name} has no description in packages/runtime/src/config/config.ts`)
  const readBy = readers.find(([settings]) => settings.test(name))?.[1] ?? 'all'
  return `| \`${name}\` | ${described.description} | ${valuesOf(name, described)} | ${required[name] ?? 'no'} | ${readBy} |`
}

/** The default, and the allowed values where they are a list or a range. */
function valuesOf(name: string, { default: fallback, enum: options, type, minimum, maximum }: Described): string {
  const usual = name === 'HOLDFAST_PORT' ? 'by service' : fallback === undefined ? '–' : `\`${fallback}\``
  const others = options?.filter(option => option !== fallback).map(option => `\`${option}\``)
  if (others) return `${usual}; or ${others.join(', ')}`
  return type === 'integer' ? `${usual} (${minimum} to ${maximum})` : usual
}
