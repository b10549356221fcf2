import { buildTopicName } from './topic-names.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** A topic as data: what makes it, on either driver. `partitions: 'shared'` means the count that commands and ledger share. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: 'shared' | number
  /** How long records stay; undefined is for ever. They are gone from every file a tenth of that later at the latest. */
  readonly retentionMs: number | undefined
  readonly keyedBy: 'country' | 'requestId' | 'topic' | 'partition' | 'process' | 'session' | 'tree'
  /** What members write may be anything, and what can't be read there is put aside; what the engine wrote itself has to be readable, or its readers stop. */
  readonly writtenBy: 'members' | 'engine'
  readonly about: string
}

export const topics = {
  requests: {
    name: 'freeze.requests',
    partitions: 'shared',
    retentionMs: 7 * day,
    keyedBy: 'country',
    writtenBy: 'members',
    about: 'freeze requests of member systems',
  },
  commands: {
    name: 'freeze.commands',
    partitions: 'shared',
    retentionMs: 7 * day,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    about: 'what somebody wants done',
  },
  ledger: {
    name: 'freeze.ledger',
    partitions: 'shared',
    retentionMs: undefined,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    about: 'what is so; written by the ledger only',
  },
  answers: {
    name: 'freeze.answers',
    partitions: 'shared',
    retentionMs: 30 * day,
    keyedBy: 'requestId',
    writtenBy: 'members',
    about: 'what institutions answer',
  },
  deliveries: {
    name: 'freeze.deliveries',
    partitions: 'shared',
    retentionMs: 30 * day,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    about: 'orders for who does not read the topic, and what became of each',
  },
  dispatched: {
    name: 'freeze.dispatched',
    partitions: 'shared',
    // Longer than the orders themselves stay, so that what was sent is known beyond them.
    retentionMs: 365 * day,
    keyedBy: 'partition',
    writtenBy: 'engine',
    about: 'up to where in the ledger what follows from it has gone out',
  },
  deadLetters: {
    name: 'freeze.dead-letters',
    partitions: 1,
    retentionMs: 90 * day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    about: 'records that could not be worked on',
  },
  redriven: {
    name: 'freeze.redriven',
    partitions: 1,
    retentionMs: 90 * day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    about: 'which dead letters an operator had sent again',
  },
  health: {
    name: 'freeze.health',
    partitions: 'shared',
    retentionMs: day,
    keyedBy: 'topic',
    writtenBy: 'engine',
    about: 'written by a service that is asked whether it is ready, to see whether it can; nobody reads it',
  },
  partitions: {
    name: 'freeze.partitions',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'topic',
    writtenBy: 'engine',
    about:
      'with how many partitions the topics that are keyed by request began, whether a restore of the ledger is done, and which engine it is of',
  },
  parked: {
    name: 'freeze.parked',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    about: 'requests on which a service can not go on, and what came for them',
  },
  status: {
    name: 'freeze.status',
    partitions: 1,
    retentionMs: 60 * minute,
    keyedBy: 'process',
    writtenBy: 'engine',
    about: 'how each process of the engine is, every five seconds',
  },
  endedSessions: {
    name: 'freeze.ended-sessions',
    partitions: 1,
    // Longer than any session lasts.
    retentionMs: day,
    keyedBy: 'session',
    writtenBy: 'engine',
    about: 'sessions that were ended by signing out',
  },
  work: {
    name: 'freeze.work',
    partitions: 1,
    retentionMs: undefined,
    keyedBy: 'country',
    writtenBy: 'engine',
    about: 'which countries have a topic for the work of their desk',
  },
  checkpoints: {
    name: 'freeze.checkpoints',
    partitions: 1,
    // What was signed must never be forgotten: by it a ledger that went back is told.
    retentionMs: undefined,
    keyedBy: 'tree',
    writtenBy: 'engine',
    about: 'signed heads of the trees over what the ledger accepted',
  },
} as const satisfies Record<string, TopicSpec>

/** How long records are written into one piece of a topic, which goes as a whole once the newest of it is past, in milliseconds: a tenth of the retention. Undefined for a topic that keeps everything. */
export const segmentMsOf = ({ retentionMs }: Pick<TopicSpec, 'retentionMs'>): number | undefined =>
  retentionMs === undefined ? undefined : Math.ceil(retentionMs / 10)

const perCountry = (topic: string, country: string, about: string): TopicSpec => ({
  name: buildTopicName({ prefix: 'freeze', topic, country: country.toLowerCase() }),
  partitions: 1,
  retentionMs: 30 * day,
  keyedBy: 'requestId',
  writtenBy: 'engine',
  about,
})

/** Orders to the institutions' side of a country. */
export const ordersTopic = (country: string): TopicSpec => perCountry('orders', country, `orders to institutions in ${country}`)
/** ISO 20022 messages by which institutions of a country answered its orders, as they came. */
export const bankMessagesTopic = (country: string): TopicSpec => ({
  ...perCountry('bank-messages', country, `messages by which institutions in ${country} answered`),
  keyedBy: 'country',
})
/** Notices to the member system of a country. */
export const notificationsTopic = (country: string): TopicSpec =>
  perCountry('notices', country, `notices to the member system of ${country}`)
/** What the desk of a country does among itself: a chain of one partition, of which nothing is ever taken away. */
export const workTopic = (country: string): TopicSpec => ({
  ...perCountry('work', country, `the work of the desk of ${country}`),
  retentionMs: undefined,
  keyedBy: 'country',
})

/** What all topics of one kind start with, before the country. */
export const startOfTopics = (topicOf: (country: string) => TopicSpec): string => topicOf('XX').name.slice(0, -'xx'.length)
