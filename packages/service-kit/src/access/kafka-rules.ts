import { topicOfLedger } from '@holdfast/schemas'
import type { KafkaRule } from '@holdfast/streams/kafka'
import type { Principal } from './table.ts'

const engineTopics = 'freeze.'

/** What brokers have to allow a principal, each rule once. `ledger` is the number of the one in use. */
export function kafkaRules(of: Principal, ledger = 1): KafkaRule[] {
  const rule = (kind: 'topic' | 'group', operation: KafkaRule['operation'], name: string, isStart: boolean): KafkaRule => ({
    user: of.name,
    kind,
    name,
    pattern: isStart ? 'prefixed' : 'literal',
    operation,
    permission: 'allow',
    host: '*',
  })
  const topic = (operation: KafkaRule['operation']) => (name: string) =>
    rule('topic', operation, topicOfLedger(name, ledger), name.endsWith('.'))
  const group = (operation: KafkaRule['operation']) => (name: string) => rule('group', operation, name, name.endsWith('-'))
  return [
    ...(of.seesTopics ? [topic('describe')(engineTopics)] : []),
    // For how long it keeps records: a topic that keeps them for too long is named.
    ...(of.seesTopics ? [engineTopics] : [...new Set([...of.reads, ...of.writes])]).map(topic('describeConfigs')),
    ...of.reads.map(topic('read')),
    ...of.writes.map(topic('write')),
    ...of.makes.map(topic('create')),
    ...of.joins.map(group('read')),
    ...of.watches.map(group('describe')),
  ]
}

/** For people, and to compare rules by. */
export const wordsOfRule = ({ user, kind, name, pattern, operation, permission, host }: KafkaRule): string =>
  `${user} ${permission === 'allow' ? 'may' : permission} ${operation} ${kind} ${name}${pattern === 'prefixed' ? '*' : pattern === 'literal' ? '' : ` (${pattern})`}${host === '*' ? '' : ` from ${host}`}`
