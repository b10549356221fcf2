const day = 24 * 3_600_000

/** A topic as data: what makes it, on either driver. `partitions: 'shared'` means the count that commands and ledger share. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: 'shared' | number
  /** How long records stay; undefined is for ever. */
  readonly retentionMs: number | undefined
  readonly keyedBy: 'country' | 'requestId' | 'topic'
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
} as const satisfies Record<string, TopicSpec>

const perCountry = (name: string, about: string): TopicSpec => ({
  name,
  partitions: 1,
  retentionMs: 30 * day,
  keyedBy: 'requestId',
  writtenBy: 'engine',
  about,
})

/** Orders to the institutions' side of a country. */
export const ordersTopic = (country: string): TopicSpec =>
  perCountry(`freeze.orders.${country.toLowerCase()}`, `orders to institutions in ${country}`)
/** Notices to the member system of a country. */
export const noticesTopic = (country: string): TopicSpec =>
  perCountry(`freeze.notices.${country.toLowerCase()}`, `notices to the member system of ${country}`)
