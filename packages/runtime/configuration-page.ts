import { z } from 'zod'
import { configSchemaWithPort } from './src/config/config.ts'

interface Service {
  readonly name: string
  readonly port: number
  readonly serves: string
}

/** Written down by hand, since a package knows no service; tests/configuration.test.ts holds it against the services' own definitions. */
export const services: readonly Service[] = [
  { name: 'standalone', port: 8080, serves: 'everything, in one process' },
  { name: 'intake', port: 8080, serves: '`POST /v1/requests`, health' },
  {
    name: 'desk',
    port: 8081,
    serves:
      'every endpoint of [members](integrating.md#what-to-send-and-ask), [desks](desk.md#the-work-of-a-desk) and [operators](operating.md#endpoints-for-operators) but `POST /v1/requests` and `POST /v1/answers`; the page, signing in, health',
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
  /** In words, of a list that is not said with commas. */
  readonly allowed?: string
}

/** docs/configuration.md, as the schema of the configuration says it. Throws when a variable has no description. */
export function configurationPage(): string {
  const { properties } = z.toJSONSchema(configSchemaWithPort(0)) as { properties: Record<string, Described> }
  const rows = Object.entries(properties).map(([name, described]) => {
    if (!described.description) throw new Error(`${name} has no description in packages/runtime/src/config/config.ts`)
    const fallback = name === 'HOLDFAST_PORT' ? 'by service' : described.default === undefined ? '–' : code(String(described.default))
    return `| ${code(name)} | ${described.description} | ${fallback} | ${allowed(described)} |`
  })
  return `# Configuration

Made by \`npm run generate\` from \`packages/runtime/src/config/config.ts\`; changes belong there.

Every service reads the same environment variables. One that is empty counts as not set. A service that can't be configured names every problem at once
and exits with code 2; one that starts logs what it was told, without the password of an address.

| variable | what it is | default | allowed |
|---|---|---|---|
${rows.join('\n')}

\`HOLDFAST_KAFKA_BROKERS\` and \`HOLDFAST_REDIS_URL\` go together: both for the cluster, none for the embedded default. Embedded, one process holds the data,
so it is \`standalone\` that runs then.

| service | default port | serves |
|---|---|---|
${services.map(({ name, port, serves }) => `| ${name} | ${port} | ${serves} |`).join('\n')}

\`HOLDFAST_PROFILES\` is a file of its own: [what it can say](profiles.md), and what holds without it. So is \`HOLDFAST_DIRECTORY\`:
[who takes an order, and how it gets there](directory.md). \`dispatch\`, \`desk\` and \`ledger\` need the same one. How people sign in at the desk, and what their provider has to say of them: [desk.md](desk.md).

Health is \`GET /health/live\` and \`GET /health/ready\`, the latter with 503 and every reason while the service can't do its work ([operating.md](operating.md)).

The \`holdfast\` command has settings of its own: \`npx holdfast help\`. Those of the tests are in \`CONTRIBUTING.md\`, those of the local Kafka and Redis in
\`infra/README.md\`.
`
}

// A bar would end the cell of a table, in code too.
const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``

function allowed(described: Described): string {
  if (described.enum) return described.enum.map(code).join(', ')
  if (described.allowed) return described.allowed
  if (described.items) return `a list with commas between, each ${allowed(described.items)}`
  if (described.type === 'integer') return `whole number, ${described.minimum} to ${described.maximum}`
  return described.pattern ? code(described.pattern) : 'text'
}
