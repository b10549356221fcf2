import type { TopicSpec } from '@holdfast/schemas'
import type { StreamsLog } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import { asKafkaError, isLastingAnswer, isOfType } from './faults.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { setTopic, settingsBeyond, settingsOf } from './topic-settings.ts'

export interface Topics {
  /**
   * Creates missing topics. If an existing topic keeps records too long, its settings are corrected, or an error is
   * logged if this user lacks the permission.
   */
  ensure(specs: readonly TopicSpec[]): Promise<void>
  /** The current number of partitions. Throws an error with the topic's name if it does not exist. */
  count(topic: string): Promise<number>
  /**
   * The number of partitions that keys are routed to: as specified to `ensure`, or as first found. Throws as `count`
   * does.
   */
  partitions(topic: string): Promise<number>
  /** Whether members write this topic, according to `ensure`. */
  isIngress(topic: string): boolean
}

export interface TopicsOptions {
  readonly connection: KafkaConnection
  readonly partitions: number
  readonly replication: number
  readonly boundMs: number
  readonly log: StreamsLog
}

/** Brokers may still be starting when services do. */
const ensureBoundMs = 60_000
/** A new topic is not known to every broker at once. */
const unknownBoundMs = 1_000

export function createTopics({ connection, partitions, replication, boundMs, log }: TopicsOptions): Topics {
  const counts = new Map<string, Promise<number>>()
  const specifiedCounts = new Map<string, number>()
  const ingressTopics = new Set<string>()
  const known = new Set<string>()

  async function existing(): Promise<Map<string, number>> {
    return connection.use([], async cluster => {
      const { topicMetadata } = await (await cluster.brokerPool.findConnectedBroker()).metadata([])
      return new Map(topicMetadata.map(({ topic, partitionMetadata }) => [topic, partitionMetadata.length]))
    })
  }

  const toRequest = (spec: TopicSpec, shared: number): object => ({
    topic: spec.name,
    numPartitions: spec.partitions === 'shared' ? shared : spec.partitions,
    replicationFactor: replication,
    configEntries: [
      ...settingsOf(spec),
      // An acknowledged record is on more than one broker, wherever one of three may fail.
      { name: 'min.insync.replicas', value: String(Math.max(1, replication - 1)) },
      // A replica that lacks acknowledged records never becomes the leader, whatever the brokers' default is.
      { name: 'unclean.leader.election.enable', value: 'false' },
    ],
  })

  async function ensureOnce(specs: readonly TopicSpec[]): Promise<void> {
    const present = await existing()
    const missing = specs.filter(spec => !present.has(spec.name))
    if (missing.length === 0) return
    // The shared count was fixed with the first topic; keys of new topics must go to the same partitions.
    const first = specs.find(spec => spec.partitions === 'shared' && present.has(spec.name))
    const shared = (first && present.get(first.name)) ?? partitions
    await connection.use([], async cluster => {
      const controller = await cluster.findControllerBroker()
      try {
        await controller.createTopics({ topics: missing.map(spec => toRequest(spec, shared)), timeout: 5_000 })
      } catch (error) {
        await rejectUnlessMade(cluster, missing, error)
      }
    })
    const now = await existing()
    const unseen = missing.find(spec => !now.has(spec.name))
    if (unseen) throw new Error(`topic ${unseen.name} is not visible yet`)
  }

  /** Each topic is checked once, so no call waits for it twice. */
  async function checkRetention(specs: readonly TopicSpec[]): Promise<void> {
    const unknown = specs.filter(({ name }) => !known.has(name))
    if (unknown.length === 0) return
    try {
      await connection.until([], boundMs, "the topic settings can't be read", async cluster => {
        const broker = await cluster.brokerPool.findConnectedBroker()
        for (const [topic, settings] of await settingsBeyond(broker, unknown)) await correctSettings(broker, topic, settings)
      })
      for (const { name } of unknown) known.add(name)
    } catch (error) {
      log.warn({ err: error }, 'Retention of the topics not checked; they may keep records too long')
    }
  }

  async function correctSettings(broker: KafkaBroker, topic: string, settings: readonly { name: string; value: string }[]): Promise<void> {
    try {
      await setTopic(broker, topic, settings)
      log.warn({ topic, settings }, 'Topic kept its records too long; its settings were corrected')
    } catch (error) {
      if (!isOfType(error, 'TOPIC_AUTHORIZATION_FAILED')) throw error
      log.error({ topic, settings }, 'Topic keeps its records too long, and this user may not correct its settings. Run infra:access')
    }
  }

  async function count(topic: string): Promise<number> {
    const unknownUntil = Date.now() + unknownBoundMs
    const found = await connection.until([], boundMs, `the partitions of ${topic} can't be read`, () =>
      connection
        .use([], async cluster => {
          // Ask the broker: cached metadata is minutes old.
          const { topicMetadata } = await (await cluster.brokerPool.findConnectedBroker()).metadata([topic])
          return topicMetadata[0]?.partitionMetadata.length ?? 0
        })
        .catch(error => {
          if (!isOfType(error, 'UNKNOWN_TOPIC_OR_PARTITION') || Date.now() < unknownUntil) throw error
          return 0
        }),
    )
    if (found === 0) throw new Error(`topic ${topic} does not exist`)
    return found
  }

  return {
    async ensure(specs) {
      for (const { name, writtenBy } of specs) if (writtenBy === 'members') ingressTopics.add(name)
      for (const { name, partitions: specified } of specs) if (specified !== 'shared') specifiedCounts.set(name, specified)
      await connection.until([], ensureBoundMs, "the topics can't be created", () => ensureOnce(specs))
      await checkRetention(specs)
    },
    isIngress: topic => ingressTopics.has(topic),
    count,
    async partitions(topic) {
      // Concurrent callers share the answer, so that their writes keep the order of their calls.
      const pending = counts.get(topic) ?? count(topic)
      counts.set(topic, pending)
      pending.catch(() => counts.delete(topic))
      return Math.min(await pending, specifiedCounts.get(topic) ?? Number.POSITIVE_INFINITY)
    },
  }
}

/** Another client created the topic at the same time, which is fine. */
async function rejectUnlessMade(cluster: KafkaCluster, missing: readonly TopicSpec[], error: unknown): Promise<void> {
  const faults = asKafkaError(error).errors ?? [asKafkaError(error)]
  const fault = faults.find(each => !isOfType(each, 'TOPIC_ALREADY_EXISTS'))
  if (!fault) return
  if (!isLastingAnswer(fault)) throw fault
  const names = missing.map(({ name }) => name)
  const why = isOfType(fault, 'TOPIC_AUTHORIZATION_FAILED') ? await whyNotAllowed(cluster, names) : fault.message
  throw Object.assign(new Error(`these topics can't all be created: ${names.join(', ')}: ${why}`, { cause: fault }), { type: fault.type })
}

/** Trap: Kafka lists only topics that a user may describe, and refuses to create an existing topic like a missing one. */
async function whyNotAllowed(cluster: KafkaCluster, names: readonly string[]): Promise<string> {
  const broker = await cluster.brokerPool.findConnectedBroker()
  const hidden: string[] = []
  for (const name of names) {
    const answer = await broker.metadata([name]).catch(asKafkaError)
    if (isOfType(answer, 'TOPIC_AUTHORIZATION_FAILED')) hidden.push(name)
  }
  if (hidden.length === 0) return 'they are missing, and this user may not create topics. Create them first with npm run infra:access'
  const which = hidden.length === names.length ? 'them' : hidden.join(', ')
  return (
    `this user may not describe ${which}, so Kafka hides whether they exist. ` +
    'If they exist, use the user of the service; otherwise create them first with npm run infra:access'
  )
}
