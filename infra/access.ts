import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createAccessTable, refuseReservedNames } from '@holdfast/access/backends'
import { paymentStop } from '@holdfast/payment-stop'
import { type BaseConfig, baseConfigSchema, redisPrefixOf } from '@holdfast/runtime'
import { countrySchema, parseWith } from '@holdfast/schemas'
import { loadMembers } from '@holdfast/trust'
import { giveKafkaAccess } from './access/kafka.ts'
import { openPasswords } from './access/passwords.ts'
import { writeRedisAcl } from './access/redis-acl.ts'

// `npm run infra:access`: creates topics, users and rules at Kafka, and the users of Redis as a file, from the one
// table in packages/access/src/backends. It is idempotent.

const help = `npm run infra:access -- --passwords FOLDER [--registry FILE | --members SG,TL] [--super-users NAMES] [--redis-acl FILE] [--new-passwords] [--by-certificate] [--dry-run]

Creates the permissions of each service, and no others: the engine's topics, a Kafka user for each service with its rules, and an ACL file of Redis. Rules of these users that are not in
the table are removed. The brokers are those of HOLDFAST_KAFKA_BROKERS; the other HOLDFAST_KAFKA_ settings are those of a super user there, and HOLDFAST_NAMESPACE,
HOLDFAST_REDIS_PREFIX, HOLDFAST_PARTITIONS, HOLDFAST_KAFKA_REPLICATION and HOLDFAST_LEDGER_NUMBER those of the services.

With HOLDFAST_NAMESPACE=staging, the users of services and of --members are staging.ledger, staging.sg and so on. Users and rules of other engines on the same Kafka are not changed.

  --passwords FOLDER   a file for each user, kafka-NAME and redis-NAME; missing files are created
  --registry FILE      also the "kafka" users of the member registry: systems, the institution roles of countries, institutions. This list is complete:
                       any other user loses its rules for topics of members
  --members SG,TL      without names in a registry: also the member systems and the institution roles of these countries (sg, sg-banks, …)
  --super-users NAMES  other super users of the brokers, separated by commas: no member may have such a name. The current user, operator and broker are always included
  --redis-acl FILE     write the Redis users to this file, for the setting aclfile; "ACL LOAD" makes Redis read it
  --new-passwords      replace every password
  --by-certificate     no Kafka users with passwords: brokers authenticate the services by certificates
  --dry-run            print the changes without making them
`

/** The workflows of the engine. */
const workflows = [paymentStop]
const table = createAccessTable(workflows)

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
  if (asked.registry !== undefined && asked.members !== '') throw new Error('--registry names the members: remove --members')
  const config = readSettings()
  const isDry = asked['dry-run']
  const say = (words: string): void => console.log(isDry ? `would: ${words}` : words)
  const { HOLDFAST_NAMESPACE: namespace } = config
  const ofCountries = countriesIn(asked.members).flatMap(country => table.principalsOfMember(country, namespace))
  const principals = [...table.principalsIn(namespace), ...ofCountries]
  const registered = asked.registry === undefined ? undefined : table.principalsOfRegistry(loadMembers(asked.registry).values())
  refuseReservedNames([...ofCountries, ...(registered ?? [])], [...namesIn(asked['super-users']), ...ownNames(config)])
  if (namespace !== undefined) say(`in the namespace ${namespace}`)
  const passwords = openPasswords({ folder: asked.passwords, isNew: asked['new-passwords'], isDry, say })
  await giveKafkaAccess({
    workflows,
    table,
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

/** The broker's name of this process, a super user: that of its password, or the common name of its certificate. */
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
    throw new Error(`--members: ${country} is not a country code such as SG`)
  })
}
