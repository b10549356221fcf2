import { type AccessTable, describeRule, isManagedRule, kafkaRules, type Principal } from '@holdfast/access/backends'
import {
  type BaseConfig,
  createReadiness,
  kafkaSecurity,
  type LedgerOwner,
  silentLogger,
  streamsOfLedger,
  systemClock,
  watchPartitions,
} from '@holdfast/runtime'
import { engineTopics, inNamespace, type TopicSpec } from '@holdfast/schemas'
import { retryUnavailable, type Streams } from '@holdfast/streams'
import { createKafkaAccess, createKafkaStreams, type KafkaAccess, type KafkaRule } from '@holdfast/streams/kafka'
import type { Passwords } from './passwords.ts'

interface KafkaAccessOptions {
  /** Those that the engine has. */
  readonly workflows: readonly LedgerOwner[]
  readonly table: AccessTable
  readonly config: BaseConfig
  /** The engine's own users, and members with names that follow from the country. */
  readonly principals: readonly Principal[]
  /** The users of the registry, where there is one: any other user loses its rules for topics of members. */
  readonly registered: readonly Principal[] | undefined
  /** Undefined where brokers authenticate the services by certificates. */
  readonly passwords: Passwords | undefined
  readonly isDry: boolean
  say(words: string): void
}

/** How long the command waits for a broker that is starting, and for the leaders of new topics. */
const unavailableMsMax = 60_000

/** Topics first, then users, then rules: no service exists before its topics. */
export async function giveKafkaAccess(options: KafkaAccessOptions): Promise<void> {
  const { config, passwords } = options
  const brokers = config.HOLDFAST_KAFKA_BROKERS
  if (!brokers) throw new Error('HOLDFAST_KAFKA_BROKERS is not set: which brokers?')
  const security = kafkaSecurity(config)
  const streams = createKafkaStreams({
    ...security,
    brokers,
    clientId: 'infra-access',
    namespace: config.HOLDFAST_NAMESPACE,
    partitions: config.HOLDFAST_PARTITIONS ?? 4,
    replication: config.HOLDFAST_KAFKA_REPLICATION,
  })
  const access = createKafkaAccess({ ...security, brokers })
  try {
    await makeTopics(streams, options)
    if (passwords) await giveUsers(access, passwords, options)
    await giveRules(access, options)
  } finally {
    await Promise.all([streams.close(), access.close()])
  }
}

async function makeTopics(streams: Streams, { workflows, config, isDry, say }: KafkaAccessOptions): Promise<void> {
  const waitsFor = new Set<string>()
  const available = <T>(work: () => Promise<T>): Promise<T> =>
    retryUnavailable(work, {
      boundMs: unavailableMsMax,
      onFault({ message }) {
        if (!waitsFor.has(message)) console.error(`infra:access: waiting for the brokers: ${message}`)
        waitsFor.add(message)
      },
    })
  const { HOLDFAST_LEDGER_NUMBER: ledger } = config
  // `holdfast repartition` creates those of a later ledger and refuses existing ones.
  const ofLedgers = ledger > 1 ? workflows.flatMap(({ topics }): TopicSpec[] => [topics.commands, topics.ledger, topics.dispatched]) : []
  const all: readonly TopicSpec[] = [...workflows.flatMap(({ topics }) => Object.values(topics)), ...Object.values(engineTopics)]
  const wanted = all.filter(topic => !ofLedgers.includes(topic))
  // In parallel: the driver waits a second for each missing one.
  const found = await available(() => Promise.all(wanted.map(({ name }) => exists(streams, name))))
  const missing = wanted.filter((_, index) => !found[index]).map(({ name }) => name)
  const named = missing.map(name => inNamespace(config.HOLDFAST_NAMESPACE, name))
  say(named.length === 0 ? 'all topics exist' : `created the topics ${named.join(', ')}`)
  if (isDry) return
  await available(() => streams.ensureTopics(wanted))
  // Creates the topic from which services read the broker's time. A new topic has no leader yet.
  await available(() => streams.logTime())
  if (ledger > 1) return
  const watch = await available(() =>
    watchPartitions({
      workflows,
      streams: streamsOfLedger(streams, ledger),
      config,
      clock: systemClock,
      log: silentLogger,
      readiness: createReadiness(),
    }),
  )
  await watch.stop()
  const problem = watch.problem()
  if (problem !== undefined) throw new Error(problem)
}

const exists = (streams: Streams, topic: string): Promise<boolean> =>
  streams.partitionCount(topic).then(
    () => true,
    error => {
      if ((error as Error).name === 'StreamUnavailableError') throw error
      return false
    },
  )

async function giveUsers(access: KafkaAccess, passwords: Passwords, options: KafkaAccessOptions): Promise<void> {
  const { config, principals, registered = [], isDry, say } = options
  const mechanism = config.HOLDFAST_KAFKA_SASL_MECHANISM
  const known = await access.users()
  const kept: string[] = []
  for (const { name } of [...principals, ...registered]) {
    const { text, isNew } = passwords('kafka', name)
    if (!isNew && known.get(name)?.includes(mechanism)) {
      kept.push(name)
      continue
    }
    say(`gave the user ${name} its password (${mechanism})`)
    if (!isDry) await access.setPassword(name, mechanism, text)
  }
  if (kept.length > 0) say(`kept the passwords of ${kept.join(', ')}`)
}

async function giveRules(access: KafkaAccess, { table, config, principals, registered, isDry, say }: KafkaAccessOptions): Promise<void> {
  const { HOLDFAST_LEDGER_NUMBER: ledger, HOLDFAST_NAMESPACE: namespace } = config
  const ofMembers = registered ?? []
  const rules = [...principals, ...ofMembers].flatMap(of => kafkaRules(of, { ledger, namespace }))
  const wanted = new Map(rules.map(rule => [describeRule(rule), rule]))
  const managed = { ...table, namespace, own: namesOf(principals), registered: namesOf(ofMembers), isWhole: registered !== undefined }
  const isManaged = (rule: KafkaRule): boolean => wanted.has(describeRule(rule)) || isManagedRule(rule, managed)
  const present = new Map((await access.rules()).filter(isManaged).map(rule => [describeRule(rule), rule]))
  const missing = [...wanted].filter(([words]) => !present.has(words))
  const tooMany = [...present].filter(([words]) => !wanted.has(words))
  for (const [words] of missing) say(`allowed: ${words}`)
  for (const [words] of tooMany) say(`took away: ${words}`)
  say(`${wanted.size - missing.length} rules existed`)
  if (isDry) return
  await access.allow(missing.map(([, rule]) => rule))
  await access.remove(tooMany.map(([, rule]) => rule))
}

const namesOf = (principals: readonly Principal[]): ReadonlySet<string> => new Set(principals.map(({ name }) => name))
