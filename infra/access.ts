import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { principalsIn, principalsOfMember, principalsOfRegistry, refuseReservedNames } from '@holdfast/access/backends'
import { type BaseConfig, baseConfigSchema, redisPrefixOf } from '@holdfast/runtime'
import { countrySchema, parseWith } from '@holdfast/schemas'
import { loadMembers } from '@holdfast/trust'
import { giveKafkaAccess } from './access/kafka.ts'
import { openPasswords } from './access/passwords.ts'
import { writeRedisAcl } from './access/redis-acl.ts'

// `npm run infra:access`: topics, users and rules at Kafka, and the users of Redis as a file, from the one table in packages/access/src/backends.
// Calling it again changes nothing that is so already.

const help = `npm run infra:access -- --passwords FOLDER [--registry FILE | --members SG,TL] [--super-users NAMES] [--redis-acl FILE] [--new-passwords] [--by-certificate] [--dry-run]

Makes what each service may do, and nothing more: the engine's topics, a user of Kafka for each service with its rules, and an ACL file of Redis. Rules that these users have beside
the table are taken away. The brokers are those of HOLDFAST_KAFKA_BROKERS; the other HOLDFAST_KAFKA_ settings are those of a super user there, and HOLDFAST_NAMESPACE,
HOLDFAST_REDIS_PREFIX, HOLDFAST_PARTITIONS, HOLDFAST_KAFKA_REPLICATION and HOLDFAST_LEDGER_NUMBER those of the services.

With HOLDFAST_NAMESPACE=staging, the users of services and of --members are staging.ledger, staging.sg and so on. Users and rules of other engines on the same Kafka are left alone.

  --passwords FOLDER   a file for each user, kafka-NAME and redis-NAME; one that is missing is made
  --registry FILE      those too whom the registry of members names as "kafka": systems, the institutions' side of a country, institutions. It is then the whole list:
                       whoever else has a rule about a topic of members loses it
  --members SG,TL      without such names: the member systems and the institutions' side of these countries too (sg, sg-banks, …)
  --super-users NAMES  other super users of the brokers, with commas between: no member may have such a name. The user that runs this, operator and broker are known
  --redis-acl FILE     writes the users of Redis there, for its setting aclfile; "ACL LOAD" has Redis take it
  --new-passwords      makes every password anew
  --by-certificate     no users with passwords at Kafka: brokers know the services by their certificates
  --dry-run            says what would be done, and does nothing
`

try {
  await main()
} catch (error) {
  console.error(`infra:access: ${(error as Error).message}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values: asked } = parseArgs({
    options: {
      passwords: { type: 'string' },
      registry: { type: 'string' },
      members: { type: 'string', default: '' },
      'super-users': { type: 'string', default: '' },
      'redis-acl': { type: 'string' },
      'new-passwords': { type: 'boolean', default: false },
      'by-certificate': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (asked.help || !asked.passwords) return void console.log(help)
  if (asked.registry !== undefined && asked.members !== '') throw new Error('--registry names the members: leave out --members')
  const config = readSettings()
  const isDry = asked['dry-run']
  const say = (words: string): void => console.log(isDry ? `would: ${words}` : words)
  const { HOLDFAST_NAMESPACE: namespace } = config
  const ofCountries = countriesIn(asked.members).flatMap(country => principalsOfMember(country, namespace))
  const principals = [...principalsIn(namespace), ...ofCountries]
  const registered = asked.registry === undefined ? undefined : principalsOfRegistry(loadMembers(asked.registry).values())
  refuseReservedNames([...ofCountries, ...(registered ?? [])], [...namesIn(asked['super-users']), ...ownNames(config)])
  if (namespace !== undefined) say(`in the namespace ${namespace}`)
  const passwords = openPasswords({ folder: asked.passwords, isNew: asked['new-passwords'], isDry, say })
  await giveKafkaAccess({
    config,
    principals,
    registered,
    passwords: asked['by-certificate'] ? undefined : passwords,
    isDry,
    say,
  })
  if (asked['redis-acl']) writeRedisAcl({ path: asked['redis-acl'], principals, passwords, prefix: redisPrefixOf(config), isDry, say })
}

function readSettings() {
  const given = Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith('HOLDFAST_') && value !== ''))
  const config = parseWith(baseConfigSchema, given)
  if (config.ok) return config.value
  throw new Error(config.error.map(problem => `${problem.path.slice(1)}: ${problem.message}`).join('\n'))
}

/** The name by which brokers know this process, a super user: that of its password, or the common name of its certificate. */
function ownNames({ HOLDFAST_KAFKA_USERNAME: user, HOLDFAST_KAFKA_TLS_CERT_FILE: file }: BaseConfig): string[] {
  const subject = file === undefined ? '' : new X509Certificate(readFileSync(file)).subject
  return [user ?? [], /^CN=(.+)$/m.exec(subject)?.[1] ?? []].flat()
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

function countriesIn(list: string): string[] {
  return namesIn(list).map(country => {
    if (countrySchema.safeParse(country).success) return country
    throw new Error(`--members: ${country} is no country such as SG`)
  })
}
