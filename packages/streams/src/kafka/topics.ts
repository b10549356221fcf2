import type { TopicSpec } from '@holdfast/schemas'
import type { StreamsLog } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import { asKafkaError, isLastingAnswer, isOfType } from './faults.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'
import { setTopic, settingsBeyond, settingsOf } from './topic-settings.ts'

export interface Topics {
  /** Makes those that are missing. Of those that are there, what has them keep records for longer than it says here is set right, or is in the log where this user may not. */
  ensure(specs: readonly TopicSpec[]): Promise<void>
  /** How many there are now. Throws an error that names the topic when it does not exist. */
  count(topic: string): Promise<number>
  /** Into how many keys fall: as many as `ensure` was told, of those that were found at first. Throws as `count` does. */
  partitions(topic: string): Promise<number>
  /** Members write this topic, by the specification that `ensure` was given. */
  isDoor(topic: string): boolean
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
/** A topic that was just made is not known to every broker at once. */
const unknownBoundMs = 1_000

export function createTopics({ connection, partitions, replication, boundMs, log }: TopicsOptions): Topics {
  const counts = new Map<string, Promise<number>>()
  const toldCounts = new Map<string, number>()
  const doors = new Set<string>()
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
      // What is acknowledged is on more than one broker wherever one of three may fail.
      { name: 'min.insync.replicas', value: String(Math.max(1, replication - 1)) },
      // A copy that lacks what was acknowledged never becomes the leader, whatever the brokers' default is.
      { name: 'unclean.leader.election.enable', value: 'false' },
    ],
  })

  async function ensureOnce(specs: readonly TopicSpec[]): Promise<void> {
    const present = await existing()
    const missing = specs.filter(spec => !present.has(spec.name))
    if (missing.length === 0) return
    // A count that topics share was chosen when the first of them was made; the keys of new ones must fall where theirs do.
    const first = specs.find(spec => spec.partitions === 'shared' && present.has(spec.name))
    const shared = (first && present.get(first.name)) ?? partitions
    await connection.use([], async cluster => {
      const controller = await cluster.findControllerBroker()
      await controller
        .createTopics({ topics: missing.map(spec => toRequest(spec, shared)), timeout: 5_000 })
        .catch(rejectUnlessMade(missing))
    })
    const now = await existing()
    const unseen = missing.find(spec => !now.has(spec.name))
    if (unseen) throw new Error(`topic ${unseen.name} is not seen yet`)
  }

  /** Each topic is looked at once: nothing waits for it twice. */
  async function keepNoLonger(specs: readonly TopicSpec[]): Promise<void> {
    const unknown = specs.filter(({ name }) => !known.has(name))
    if (unknown.length === 0) return
    try {
      await connection.until([], boundMs, 'topics can not be looked at', async cluster => {
        const broker = await cluster.brokerPool.findConnectedBroker()
        for (const [topic, settings] of await settingsBeyond(broker, unknown)) await setRight(broker, topic, settings)
      })
      for (const { name } of unknown) known.add(name)
    } catch (error) {
      log.warn({ err: error }, 'for how long topics keep their records could not be seen')
    }
  }

  async function setRight(broker: KafkaBroker, topic: string, settings: readonly { name: string; value: string }[]): Promise<void> {
    try {
      await setTopic(broker, topic, settings)
      log.warn({ topic, settings }, 'a topic kept its records for longer than it should: it was set right')
    } catch (error) {
      if (!isOfType(error, 'TOPIC_AUTHORIZATION_FAILED')) throw error
      log.error(
        { topic, settings },
        'a topic keeps its records for longer than it should, and this user may not set it right: run infra:access',
      )
    }
  }

  async function count(topic: string): Promise<number> {
    const unknownUntil = Date.now() + unknownBoundMs
    const found = await connection.until([], boundMs, `nothing is known of ${topic}`, () =>
      connection
        .use([], async cluster => {
          // Of the broker, not of what is known already: that is minutes old.
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
      for (const { name, writtenBy } of specs) if (writtenBy === 'members') doors.add(name)
      for (const { name, partitions: told } of specs) if (told !== 'shared') toldCounts.set(name, told)
      await connection.until([], ensureBoundMs, 'the topics can not be made', () => ensureOnce(specs))
      await keepNoLonger(specs)
    },
    isDoor: topic => doors.has(topic),
    count,
    async partitions(topic) {
      // Who asks at the same time shares the answer, so that what they write next is written in the order of their calls.
      const asked = counts.get(topic) ?? count(topic)
      counts.set(topic, asked)
      asked.catch(() => counts.delete(topic))
      return Math.min(await asked, toldCounts.get(topic) ?? Number.POSITIVE_INFINITY)
    },
  }
}

/** Somebody else made it at the same time: that is what was wanted. */
const rejectUnlessMade =
  (missing: readonly TopicSpec[]) =>
  (error: unknown): void => {
    const faults = asKafkaError(error).errors ?? [asKafkaError(error)]
    const fault = faults.find(each => !isOfType(each, 'TOPIC_ALREADY_EXISTS'))
    if (!fault) return
    if (!isLastingAnswer(fault)) throw fault
    const names = missing.map(({ name }) => name).join(', ')
    const why = isOfType(fault, 'TOPIC_AUTHORIZATION_FAILED')
      ? 'this user may not make topics, so they have to be made before (npm run infra:access)'
      : fault.message
    throw Object.assign(new Error(`a topic can't be made, of ${names}: ${why}`, { cause: fault }), { type: fault.type })
  }
