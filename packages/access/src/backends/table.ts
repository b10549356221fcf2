import { bankMessagesTopic, inNamespace, notificationsTopic, ordersTopic, startOfTopics, topics, workTopic } from '@holdfast/schemas'
import { type Member, principalsOf, type RegisteredPrincipal } from '@holdfast/trust'

/** Who speaks to Kafka and Redis under a name of its own, and all that it may do there. What is not said here is refused. */
export interface Principal {
  readonly name: string
  readonly about: string
  /** Of topics: a name, or the beginning of names where it ends in a dot. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Makes those of countries when the first record goes there. All others are made before. */
  readonly makes: readonly string[]
  /** Shares partitions in these groups. A name that ends in `groupSeparator` stands for all that begin with it. */
  readonly joins: readonly string[]
  /** Asks how far these groups are, and joins none of them. */
  readonly watches: readonly string[]
  /** Knows of every topic of the engine that it is there and how long it is: what starts looks for all of them. */
  readonly seesTopics: boolean
  /** Of the keys in Redis; undefined for who has no business there. */
  readonly redis: RedisKeys | undefined
}

export interface RedisKeys {
  /** States of these it folds itself, and changes them. */
  readonly states: readonly string[]
  /** States of these it looks up, and can't change. */
  readonly looksUp: readonly string[]
  readonly idempotency: boolean
  readonly openPayments: boolean
  /** Finds the keys by which words are sealed, and makes those that are not there. */
  readonly keysOfWords: boolean
  /** Destroys keys by which words are sealed. Who copies, restores or lists them is the user who looks after Redis. */
  readonly destroysKeys: boolean
}

const name = Object.fromEntries(Object.entries(topics).map(([key, topic]) => [key, topic.name])) as Record<keyof typeof topics, string>
/** The driver's own: see packages/streams/src/kafka/log-time.ts. */
const clock = 'freeze.clock'
const [orders, notices] = [startOfTopics(ordersTopic), startOfTopics(notificationsTopic)]
const [bankMessages, work] = [startOfTopics(bankMessagesTopic), startOfTopics(workTopic)]

/** How each process says that it is there, what time it is, with how many partitions the engine began, and who has signed out. */
const ofEveryService = { reads: [name.partitions, name.endedSessions], writes: [name.health, name.status, clock] }
const noKeys: RedisKeys = { states: [], looksUp: [], idempotency: false, openPayments: false, keysOfWords: false, destroysKeys: false }

const service = (
  of: Pick<Principal, 'name' | 'about' | 'reads' | 'writes'> &
    Partial<Pick<Principal, 'makes' | 'joins' | 'watches'>> & { redis?: Partial<RedisKeys> },
): Principal => ({
  makes: [],
  watches: [],
  joins: [],
  ...of,
  reads: [...ofEveryService.reads, ...of.reads],
  writes: [...ofEveryService.writes, ...of.writes],
  seesTopics: true,
  redis: { ...noKeys, ...of.redis },
})

const services: readonly Principal[] = [
  service({
    name: 'intake',
    about: 'takes requests and turns each into one command',
    reads: [name.requests],
    writes: [name.commands, name.deadLetters, notices],
    makes: [notices],
    joins: ['intake'],
    redis: { looksUp: ['ledger'], idempotency: true, keysOfWords: true },
  }),
  service({
    name: 'ledger',
    about: 'decides commands; the only one that writes facts',
    // Of a partition that is new it notes that nothing has gone out before.
    reads: [name.commands, name.ledger, name.dispatched, name.parked],
    // It records once which engine the ledger is of. Whoever may write the ledger gains nothing by that.
    writes: [name.ledger, name.commands, name.dispatched, name.deadLetters, name.parked, name.partitions],
    joins: ['ledger'],
    redis: { states: ['ledger'] },
  }),
  service({
    name: 'validation',
    about: 'assesses requests and says so by commands',
    reads: [name.ledger, name.commands, name.parked],
    writes: [name.commands, name.parked],
    joins: ['validation'],
    redis: { states: ['validation'], openPayments: true, keysOfWords: true },
  }),
  service({
    name: 'dispatch',
    about: 'sends orders and notices, takes answers in',
    reads: [name.ledger, name.answers, name.deliveries, name.dispatched, name.parked, orders, notices],
    writes: [name.commands, name.deliveries, name.dispatched, name.deadLetters, name.parked, orders, notices, bankMessages],
    makes: [orders, notices, bankMessages],
    joins: ['dispatch', 'dispatch-answers', 'dispatch-deliveries'],
    redis: { states: ['dispatch', 'deliveries'], idempotency: true, keysOfWords: true, destroysKeys: true },
  }),
  service({
    name: 'desk',
    about: 'shows countries their requests, takes the commands of persons, and what operators have sent again',
    reads: [
      name.ledger,
      name.deliveries,
      name.deadLetters,
      name.redriven,
      name.parked,
      name.status,
      name.work,
      name.checkpoints,
      orders,
      bankMessages,
      work,
    ],
    // A dead letter that is an order is sent again by its topic and planned for delivery.
    writes: [
      name.commands,
      name.deliveries,
      name.deadLetters,
      name.redriven,
      name.parked,
      name.endedSessions,
      name.work,
      name.checkpoints,
      orders,
      work,
    ],
    makes: [orders, bankMessages, work],
    watches: ['intake', 'ledger', 'validation', 'dispatch', 'dispatch-answers', 'dispatch-deliveries'],
    redis: { idempotency: true, keysOfWords: true },
  }),
]

/** All services in one process may do what any of them may. */
const standalone: Principal = {
  name: 'standalone',
  about: 'every service, in one process',
  reads: union(of => of.reads),
  writes: union(of => of.writes),
  makes: union(of => of.makes),
  joins: union(of => of.joins),
  watches: [],
  seesTopics: true,
  redis: {
    states: union(of => of.redis?.states ?? []),
    looksUp: [],
    idempotency: true,
    openPayments: true,
    keysOfWords: true,
    destroysKeys: true,
  },
}

/** `holdfast backup`. `restore` and `repartition` write a ledger and are for who administers the brokers. */
const backup: Principal = {
  name: 'backup',
  about: 'copies the ledger, what desks did and what was signed',
  reads: [name.ledger, name.work, name.checkpoints, name.partitions, work],
  writes: [],
  makes: [],
  joins: [],
  watches: [],
  seesTopics: true,
  redis: noKeys,
}

export const principals: readonly Principal[] = [...services, standalone, backup]

/**
 * The principals of the engine in a namespace. Users belong to a whole Kafka or Redis, so each engine has its own; the topics, groups and keys are
 * named plainly here, and `kafkaRules` puts them into the namespace.
 */
export const principalsIn = (namespace: string | undefined): readonly Principal[] => principals.map(renamedFor(namespace))

const renamedFor =
  (namespace: string | undefined) =>
  (of: Principal): Principal => ({ ...of, name: inNamespace(namespace, of.name) })

/** The member system of a country, and its institutions' side, by names that follow from the country. */
export function principalsOfMember(country: string, namespace?: string): Principal[] {
  const cc = country.toLowerCase()
  const named = [ofMember(country, { name: cc, as: 'system' }), ofMember(country, { name: `${cc}-banks`, as: 'institutions' })]
  return named.map(renamedFor(namespace))
}

/** Principals named in the registry. The names are the same in every namespace. */
export const principalsOfRegistry = (members: Iterable<Member>): Principal[] =>
  [...members].flatMap(member => principalsOf(member).map(named => ofMember(member.country, named)))

/** Super users in docs/operating.md, and the name that brokers give a client without one. */
const reserved = ['broker', 'operator', 'anonymous']

/**
 * Throws with each member principal that has a name of the engine or of a super user. Such a name would get a password that is the member's, and with it all rights of that user.
 * @param superUsers those that are configured at the brokers.
 */
export function refuseReservedNames(members: readonly Principal[], superUsers: readonly string[]): void {
  const ofBrokers = new Set([...reserved, ...superUsers.map(user => user.toLowerCase())])
  // An engine in another namespace has these names behind its namespace and a dot.
  const isOfService = (user: string) => principals.some(({ name }) => user === name || user.endsWith(`.${name}`))
  const problems = members.flatMap(({ name, about }) => {
    const user = name.toLowerCase()
    if (ofBrokers.has(user)) return [`${name} (${about}) is the name of a super user of the brokers`]
    return isOfService(user) ? [`${name} (${about}) is the name of a service of an engine`] : []
  })
  if (problems.length > 0) throw new Error(`Choose other names for these members at the brokers:\n${problems.join('\n')}`)
}

/** Between the name of a member and the rest of its groups. No name may hold it, so no name with it begins the groups of another: `tl:` and `tl-banks:`. */
export const groupSeparator = ':'

/** It has no business in Redis. */
function ofMember(country: string, { name, as }: Pick<RegisteredPrincipal, 'name' | 'as'>): Principal {
  const { about, reads, writes } = {
    system: { about: `the member system of ${country}`, reads: [notificationsTopic(country).name], writes: [topics.requests.name] },
    institutions: { about: `the institutions' side of ${country}`, reads: [ordersTopic(country).name], writes: [topics.answers.name] },
    institution: { about: `an institution of ${country}`, reads: [], writes: [topics.answers.name] },
  }[as]
  return {
    name,
    about,
    reads,
    writes,
    joins: reads.length > 0 ? [`${name}${groupSeparator}`] : [],
    makes: [],
    watches: [],
    seesTopics: false,
    redis: undefined,
  }
}

/** Whether a topic is one by which members and institutions speak with the engine. */
export const isOfMembers = (topic: string): boolean =>
  topic === topics.requests.name || topic === topics.answers.name || topic.startsWith(notices) || topic.startsWith(orders)

function union(part: (of: Principal) => readonly string[]): string[] {
  return [...new Set(services.flatMap(part))]
}
