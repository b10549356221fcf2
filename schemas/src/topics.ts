import { buildTopicName } from './topic-names.ts'

const minute = 60_000
const day = 24 * 60 * minute

/**
 * The configuration of a topic, for both drivers. `partitions: 'shared'` is the count that commands and ledger share.
 */
export interface TopicSpec {
  readonly name: string
  readonly partitions: 'shared' | number
  /** How long records stay; undefined means for ever. Files are deleted at most a tenth of that time later. */
  readonly retentionMs: number | undefined
  readonly keyedBy: 'country' | 'requestId' | 'topic' | 'partition' | 'process' | 'session' | 'tree'
  /**
   * Member topics may contain anything, and unreadable records go to the dead letters. Engine topics must be readable,
   * or their consumers stop.
   */
  readonly writtenBy: 'members' | 'engine'
  readonly description: string
}

/** The topics of one workflow. Each has its own, with its prefix. */
export const workflowTopics = <P extends string>(prefix: P) =>
  ({
    requests: {
      name: `${prefix}.requests`,
      partitions: 'shared',
      retentionMs: 7 * day,
      keyedBy: 'country',
      writtenBy: 'members',
      description: `${prefix} requests of member systems`,
    },
    commands: {
      name: `${prefix}.commands`,
      partitions: 'shared',
      retentionMs: 7 * day,
      keyedBy: 'requestId',
      writtenBy: 'engine',
      description: 'commands of members, institutions and the engine',
    },
    ledger: {
      name: `${prefix}.ledger`,
      partitions: 'shared',
      retentionMs: undefined,
      keyedBy: 'requestId',
      writtenBy: 'engine',
      description: 'facts; written by the ledger only',
    },
    answers: {
      name: `${prefix}.answers`,
      partitions: 'shared',
      retentionMs: 30 * day,
      keyedBy: 'requestId',
      writtenBy: 'members',
      description: 'answers of institutions',
    },
    deliveries: {
      name: `${prefix}.deliveries`,
      partitions: 'shared',
      retentionMs: 30 * day,
      keyedBy: 'requestId',
      writtenBy: 'engine',
      description: 'orders for institutions that do not read the topic, and their deliveries',
    },
    dispatched: {
      name: `${prefix}.dispatched`,
      partitions: 'shared',
      // Longer than the orders themselves, so that their deliveries stay known.
      retentionMs: 365 * day,
      keyedBy: 'partition',
      writtenBy: 'engine',
      description: 'up to which ledger position outbound messages are sent',
    },
  }) as const satisfies Record<string, TopicSpec>
export type WorkflowTopics = ReturnType<typeof workflowTopics>

/** The topics of an engine that belong to no workflow. */
export const engineTopics = {
  deadLetters: {
    name: 'freeze.dead-letters',
    partitions: 1,
    retentionMs: 90 * day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    description: 'records that could not be processed',
  },
  redriven: {
    name: 'freeze.redriven',
    partitions: 1,
    retentionMs: 90 * day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    description: 'dead letters that an operator sent again',
  },
  health: {
    name: 'freeze.health',
    partitions: 'shared',
    retentionMs: day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    description: 'readiness probes: a service writes here to see whether it can; no service reads it',
  },
  partitions: {
    name: 'freeze.partitions',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'topic',
    writtenBy: 'engine',
    description: 'the partition counts of topics keyed by request, restores of the ledger, and the identity of the engine',
  },
  parked: {
    name: 'freeze.parked',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    description: 'requests that a service cannot process, and their held commands',
  },
  status: {
    name: 'freeze.status',
    partitions: 1,
    retentionMs: 60 * minute,
    keyedBy: 'process',
    writtenBy: 'engine',
    description: 'the status of each process of the engine, every five seconds',
  },
  endedSessions: {
    name: 'freeze.ended-sessions',
    partitions: 1,
    // Longer than any session lasts.
    retentionMs: day,
    keyedBy: 'session',
    writtenBy: 'engine',
    description: 'sessions that were signed out',
  },
  work: {
    name: 'freeze.work',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'country',
    writtenBy: 'engine',
    description: 'countries that have a work topic',
  },
  checkpoints: {
    name: 'freeze.checkpoints',
    partitions: 1,
    // Never deleted: signed heads reveal a ledger that went back.
    retentionMs: undefined,
    keyedBy: 'tree',
    writtenBy: 'engine',
    description: 'signed heads of the trees over accepted facts',
  },
} as const satisfies Record<string, TopicSpec>

/** All topics of an engine with payment stops. */
export const topics = { ...workflowTopics('freeze'), ...engineTopics }

/**
 * How long records go into one segment file, in milliseconds: a tenth of the retention. A segment is deleted as a whole
 * once its newest record expires. Undefined if the topic keeps everything.
 */
export const segmentMsOf = ({ retentionMs }: Pick<TopicSpec, 'retentionMs'>): number | undefined =>
  retentionMs === undefined ? undefined : Math.ceil(retentionMs / 10)

const perCountry = (topic: string, country: string, description: string, prefix = 'freeze'): TopicSpec => ({
  name: buildTopicName({ prefix, topic, country: country.toLowerCase() }),
  partitions: 1,
  retentionMs: 30 * day,
  keyedBy: 'requestId',
  writtenBy: 'engine',
  description,
})

/** Orders to institutions of a country. */
export const ordersTopic = (country: string, prefix?: string): TopicSpec =>
  perCountry('orders', country, `orders to institutions in ${country}`, prefix)
/** ISO 20022 messages in which institutions of a country answered its orders, unchanged. */
export const bankMessagesTopic = (country: string, prefix?: string): TopicSpec => ({
  ...perCountry('bank-messages', country, `answers of institutions in ${country} as bank messages`, prefix),
  keyedBy: 'country',
})
/** Notifications to the member system of a country. */
export const notificationsTopic = (country: string, prefix?: string): TopicSpec =>
  perCountry('notifications', country, `notifications to the member system of ${country}`, prefix)
/** Work events of a country's desk: one chain in one partition, never deleted. */
export const workTopic = (country: string): TopicSpec => ({
  ...perCountry('work', country, `work events of the desk of ${country}`),
  retentionMs: undefined,
  keyedBy: 'country',
})

/** The common start of all topics of one kind, before the country. */
export const topicPrefixOf = (topicOf: (country: string) => TopicSpec): string => topicOf('XX').name.slice(0, -'xx'.length)
