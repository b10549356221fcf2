import { inNamespace, outOfNamespace, topicOfLedger } from '@holdfast/schemas'
import type { KafkaRule } from '@holdfast/streams/kafka'
import { type AccessTable, groupSeparator, type Principal } from './table.ts'

interface RuleOptions {
  /** The number of the ledger in use. Default: 1. */
  readonly ledger?: number
  readonly namespace?: string | undefined
}

/** The rules (ACLs) that brokers must have for a principal, each once. */
export function kafkaRules(of: Principal, { ledger = 1, namespace }: RuleOptions = {}): KafkaRule[] {
  const rule = (kind: 'topic' | 'group', operation: KafkaRule['operation'], name: string, isStart: boolean): KafkaRule => ({
    user: of.name,
    kind,
    name: inNamespace(namespace, name),
    pattern: isStart ? 'prefixed' : 'literal',
    operation,
    permission: 'allow',
    host: '*',
  })
  const topic = (operation: KafkaRule['operation']) => (name: string) =>
    rule('topic', operation, topicOfLedger(name, ledger), name.endsWith('.'))
  const group = (operation: KafkaRule['operation']) => (name: string) => rule('group', operation, name, name.endsWith(groupSeparator))
  return [
    ...of.seesTopics.map(topic('describe')),
    // To read retention settings: a topic with too long a retention is reported.
    ...(of.seesTopics.length > 0 ? of.seesTopics : [...new Set([...of.reads, ...of.writes])]).map(topic('describeConfigs')),
    ...of.reads.map(topic('read')),
    ...of.writes.map(topic('write')),
    ...of.makes.map(topic('create')),
    ...of.joins.map(group('read')),
    ...of.watches.map(group('describe')),
  ]
}

interface ManagedOptions extends Pick<AccessTable, 'isOfMembers' | 'topicPrefixes'> {
  readonly namespace: string | undefined
  /** Users of this engine only: all their rules are managed. */
  readonly own: ReadonlySet<string>
  /** Users of the registry: engines may share them, so only their rules in this namespace are managed. */
  readonly registered: ReadonlySet<string>
  /** `registered` is complete: rules of other users on topics of members are managed too. */
  readonly isWhole: boolean
}

/**
 * Whether this engine manages a rule: managed rules that the table lacks are removed. Rules of other engines are not.
 */
export function isManagedRule({ user, kind, name }: Pick<KafkaRule, 'user' | 'kind' | 'name'>, options: ManagedOptions): boolean {
  const { namespace, own, registered, isWhole, isOfMembers, topicPrefixes } = options
  if (own.has(user)) return true
  const plain = outOfNamespace(namespace, name, topicPrefixes)
  // A name with a dot looks like one of another namespace.
  if (registered.has(user))
    return plain !== undefined || name === '*' || (kind === 'group' && name.startsWith(inNamespace(namespace, user)))
  if (!isWhole || plain === undefined) return false
  const isOwnGroup = name === user + groupSeparator || plain === user + groupSeparator
  return kind === 'topic' ? isOfMembers(plain) : kind === 'group' && isOwnGroup
}

/** For people, and to compare rules. */
export const describeRule = ({ user, kind, name, pattern, operation, permission, host }: KafkaRule): string =>
  `${user} ${permission === 'allow' ? 'may' : permission} ${operation} ${kind} ${name}${pattern === 'prefixed' ? '*' : pattern === 'literal' ? '' : ` (${pattern})`}${host === '*' ? '' : ` from ${host}`}`
