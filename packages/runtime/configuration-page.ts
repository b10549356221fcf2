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
    about: 'See [install](../operate/install.md).',
    settings: /^HOLDFAST_(?:ENV|DATA|HOST|PORT|LOG_LEVEL|DISK_FREE_MB)$/,
  },
  {
    title: 'Kafka',
    about: 'Set the brokers and `HOLDFAST_REDIS_URL` for a cluster, or neither. See [backends](../operate/backends.md).',
    settings: /^HOLDFAST_(?:KAFKA_|OPEN_BACKENDS|NAMESPACE)/,
  },
  { title: 'Redis', about: 'See [backends](../operate/backends.md).', settings: /^HOLDFAST_REDIS_/ },
  {
    title: 'Keys',
    about: 'See [keys](../operate/keys.md).',
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
    about: 'See [directory](../operate/directory.md).',
    settings: /^HOLDFAST_(?:DIRECTORY|WEBHOOK|DELIVERY_)/,
  },
  {
    title: 'Limits',
    about:
      'Above a limit, the engine answers 429. A burst may be three times the requests, and ten times the bytes. One officer gets half.',
    settings: /^HOLDFAST_(?:REQUESTS_|CONNECTIONS_|BYTES_|STREAMS_)/,
  },
  {
    title: 'Addresses and sign-in',
    about: 'See [identity provider](../operate/identity-provider.md).',
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
  HOLDFAST_KAFKA_USERNAME: 'production cluster, or certificate',
  HOLDFAST_REDIS_USERNAME: 'production cluster',
  HOLDFAST_KAFKA_PASSWORD_FILE: 'with user',
  HOLDFAST_REDIS_PASSWORD_FILE: 'with user',
  HOLDFAST_KAFKA_TLS_KEY_FILE: 'with certificate',
  HOLDFAST_REDIS_TLS_KEY_FILE: 'with certificate',
  HOLDFAST_MEMBERS: 'production',
  HOLDFAST_DESK_URL: 'production desk',
  HOLDFAST_OIDC_ISSUER: 'production desk',
  HOLDFAST_OIDC_CLIENT_ID: 'with issuer',
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

| variable | what it is | default | required | only for |
|---|---|---|---|---|
${(byGroup.get(group) ?? []).map(([name, described]) => row(name, described)).join('\n')}
`,
  )
  return `---
reader: operator
task: look up a setting of the engine
---
# Configuration

For operators: each environment variable, its default and other values. *Only for* names the services that use it; without an entry, all do. \`standalone\` uses every setting.

Made by \`npm run generate\` from \`packages/runtime/src/config/config.ts\`.

An empty variable counts as not set. If the configuration is invalid, the service lists every problem and exits with code 2. Otherwise it logs its settings without passwords.
*cluster* means with Kafka and Redis, *production* with \`HOLDFAST_ENV=production\`.

${sections.join('\n')}
## Services

| service | default port | serves |
|---|---|---|
${services.map(({ name, port, serves }) => `| ${name} | ${port} | ${serves} |`).join('\n')}

Every service also serves \`GET /health/live\` and \`GET /health/ready\`. [The command line](cli.md) has its own.
`
}

function row(name: string, described: Described): string {
  if (!described.description) throw new Error(`${name} has no description in packages/runtime/src/config/config.ts`)
  const readBy = readers.find(([settings]) => settings.test(name))?.[1] ?? ''
  return `| \`${name}\` | ${described.description} | ${valuesOf(name, described)} | ${required[name] ?? ''} | ${readBy} |`
}

/** The default, and the allowed values where they are a list or a range. */
function valuesOf(name: string, { default: fallback, enum: options, type, minimum, maximum }: Described): string {
  const usual = name === 'HOLDFAST_PORT' ? 'by service' : fallback === undefined ? '–' : `\`${fallback}\``
  const others = options?.filter(option => option !== fallback).map(option => `\`${option}\``)
  if (others) return `${usual}, ${others.join(', ')}`
  return type === 'integer' ? `${usual} (${minimum}–${maximum})` : usual
}
