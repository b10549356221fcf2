import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import { type StreamsLog, silentLog } from '../log.ts'
import { createConnection } from './connection.ts'
import { createKafkajsLog } from './kafkajs-log.ts'
import type { AclEntry, KafkaBroker } from './kafkajs-shapes.ts'
import { putScramUser, type ScramMechanism, scramUsers } from './scram-users.ts'

const kinds = ['unknown', 'any', 'topic', 'group', 'cluster', 'transactionalId', 'delegationToken', 'user'] as const
const patterns = ['unknown', 'any', 'match', 'literal', 'prefixed'] as const
const operations = [
  'unknown',
  'any',
  'all',
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'clusterAction',
  'describeConfigs',
  'alterConfigs',
  'idempotentWrite',
  'createTokens',
  'describeTokens',
  'twoPhaseCommit',
] as const
const permissions = ['unknown', 'any', 'deny', 'allow'] as const

/** An access rule of a broker: what a user may or may not do with the resources of a name or prefix. */
export interface KafkaRule {
  readonly user: string
  readonly kind: (typeof kinds)[number]
  readonly name: string
  readonly pattern: (typeof patterns)[number]
  readonly operation: (typeof operations)[number]
  readonly permission: (typeof permissions)[number]
  /** `*` for every host. */
  readonly host: string
}

/** Manages users and access rules of the brokers, for an administrator. */
export interface KafkaAccess {
  /** Every rule that names a user. */
  rules(): Promise<KafkaRule[]>
  allow(rules: readonly KafkaRule[]): Promise<void>
  remove(rules: readonly KafkaRule[]): Promise<void>
  /** The users with a password, and the mechanisms of each. */
  users(): Promise<ReadonlyMap<string, readonly ScramMechanism[]>>
  /** Sets a user's password. The broker receives only the salted digest. */
  setPassword(user: string, mechanism: ScramMechanism, password: string): Promise<void>
  close(): Promise<void>
}

export interface KafkaAccessOptions {
  readonly brokers: readonly string[]
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
  readonly log?: StreamsLog
}

/** How long an administrator waits for an answer. */
const boundMs = 20_000
const ofUser = 'User:'

/** Throws StreamUnavailableError, or the broker's error if it refuses. */
export function createKafkaAccess(options: KafkaAccessOptions): KafkaAccess {
  const connection = createConnection({ ...options, clientId: 'holdfast-access' }, createKafkajsLog(options.log ?? silentLog))
  const ask = <T>(what: string, work: (broker: KafkaBroker) => Promise<T>): Promise<T> =>
    connection.until([], boundMs, what, async cluster => work(await cluster.findControllerBroker()))
  return {
    async rules() {
      const any = {
        resourceType: 1,
        resourceName: null,
        resourcePatternType: 1,
        principal: null,
        host: null,
        operation: 1,
        permissionType: 1,
      }
      const { resources } = await ask("the access rules can't be read", broker => broker.describeAcls(any))
      return resources.flatMap(({ acls, ...resource }) =>
        acls.filter(({ principal }) => principal.startsWith(ofUser)).map(acl => ruleOf({ ...resource, ...acl })),
      )
    },
    async allow(rules) {
      if (rules.length > 0) await ask("the access rules can't be created", broker => broker.createAcls({ acl: rules.map(entryOf) }))
    },
    async remove(rules) {
      if (rules.length > 0) await ask("the access rules can't be deleted", broker => broker.deleteAcls({ filters: rules.map(entryOf) }))
    },
    users: () => ask("the users can't be read", scramUsers),
    setPassword: (user, mechanism, password) =>
      ask("the password can't be set", broker => putScramUser(broker, { user, mechanism, password })),
    close: connection.close,
  }
}

const ruleOf = (entry: AclEntry): KafkaRule => ({
  user: entry.principal.slice(ofUser.length),
  kind: kinds[entry.resourceType] ?? 'unknown',
  name: entry.resourceName,
  pattern: patterns[entry.resourcePatternType] ?? 'unknown',
  operation: operations[entry.operation] ?? 'unknown',
  permission: permissions[entry.permissionType] ?? 'unknown',
  host: entry.host,
})

const entryOf = (rule: KafkaRule): AclEntry => ({
  resourceType: kinds.indexOf(rule.kind),
  resourceName: rule.name,
  resourcePatternType: patterns.indexOf(rule.pattern),
  principal: ofUser + rule.user,
  host: rule.host,
  operation: operations.indexOf(rule.operation),
  permissionType: permissions.indexOf(rule.permission),
})
