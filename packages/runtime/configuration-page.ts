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
  { name: 'intake', port: 8080, serves: '`POST /v1/requests`, health' },
  {
    name: 'desk',
    port: 8081,
    serves:
      'every endpoint of [members](reference/http.md), [desks](reference/http.md) and [operators](operating.md#endpoints-for-operators) but `POST /v1/requests` and `POST /v1/answers`; the page, signing in, health',
  },
  { name: 'ledger', port: 8082, serves: 'health' },
  { name: 'validation', port: 8083, serves: 'health' },
  { name: 'dispatch', port: 8084, serves: '`POST /v1/answers`, health' },
]

interface Described {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Described
  /** A description of a list that is not separated by commas. */
  readonly allowed?: string
}

/** Returns docs/configuration.md from the schema of the configuration. Throws if a variable has no description. */
export function configurationPage(): string {
  const { properties } = z.toJSONSchema(configSchemaWithPort(0)) as { properties: Record<string, Described> }
  const rows = Object.entries(properties).map(([name, described]) => {
    if (!described.description) throw new Error(`${name} has no description in packages/runtime/src/config/config.ts`)
    const fallback = name === 'HOLDFAST_PORT' ? 'by service' : described.default === undefined ? '–' : code(String(described.default))
    return `| ${code(name)} | ${described.description} | ${fallback} | ${allowed(described)} |`
  })
  return `# Configuration

Made by \`npm run generate\` from \`packages/runtime/src/config/config.ts\`. Change the settings there.

Every service reads the same environment variables. An empty variable counts as not set. If the configuration is invalid, the service lists every problem
and exits with code 2. Otherwise it logs its settings at the start, without passwords.

| variable | what it is | default | allowed |
|---|---|---|---|
${rows.join('\n')}

Set both \`HOLDFAST_KAFKA_BROKERS\` and \`HOLDFAST_REDIS_URL\` for the cluster, or none for the embedded default. Embedded, one process holds the data,
so run \`standalone\`.

| service | default port | serves |
|---|---|---|
${services.map(({ name, port, serves }) => `| ${name} | ${port} | ${serves} |`).join('\n')}

\`HOLDFAST_PROFILES\` is [a file with the rules of countries](profiles.md); without it, the defaults apply. \`HOLDFAST_DIRECTORY\` is
[a file with the recipients of orders](directory.md); \`dispatch\`, \`desk\` and \`ledger\` need the same one. [The identity provider](operate/identity-provider.md) page describes sign-in and its provider.

Health is \`GET /health/live\` and \`GET /health/ready\`; the latter answers 503 with every reason while the service is not ready ([operating.md](operating.md)).

The \`holdfast\` command has settings of its own: \`npx holdfast help\`. Those of the tests are in \`CONTRIBUTING.md\`, those of the local Kafka and Redis in
\`infra/README.md\`.
`
}

// A bar would end the table cell, in code too.
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``

function allowed(described: Described): string {
  if (described.enum) return described.enum.map(code).join(', ')
  if (described.allowed) return described.allowed
  if (described.items) return `list separated by commas, each ${allowed(described.items)}`
  if (described.type === 'integer') return `whole number, ${described.minimum} to ${described.maximum}`
  return described.pattern ? code(described.pattern) : 'text'
}
