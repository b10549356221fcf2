import { bankMessagesTopic, inNamespace, notificationsTopic, ordersTopic, topicPrefixOf, topics, workTopic } from '@holdfast/schemas'
import { type Member, principalsOf, type RegisteredPrincipal } from '@holdfast/trust'

/** A principal at Kafka and Redis, with all its permissions. Everything else is refused. */
export interface Principal {
  readonly name: string
  readonly about: string
  /** Topics: a name, or a prefix that ends in a dot. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Topics of countries that it creates at the first record. All others are created earlier. */
  readonly makes: readonly string[]
  /** Consumer groups. A name that ends in `groupSeparator` stands for all groups with this prefix. */
  readonly joins: readonly string[]
  /** Groups whose offsets it reads without joining them. */
  readonly watches: readonly string[]
  /** Whether it sees every topic of the engine and its length, as a start needs. */
  readonly seesTopics: boolean
  /** Permissions in Redis; undefined for a principal without access. */
  readonly redis: RedisKeys | undefined
}

export interface RedisKeys {
  /** States that it derives and writes. */
  readonly states: readonly string[]
  /** States that it only reads. */
  readonly looksUp: readonly string[]
  readonly idempotency: boolean
  readonly claims: boolean
  /** Reads the keys that encrypt personal data, and creates missing ones. */
  readonly dataKeys: boolean
  /** Destroys keys that encrypt personal data. Copying, restoring and listing them is for the operator of Redis. */
  readonly destroysKeys: boolean
}

const name = Object.fromEntries(Object.entries(topics).map(([key, topic]) => [key, topic.name])) as Record<keyof typeof topics, string>
/** Internal to the driver: see packages/streams/src/kafka/log-time.ts. */
const clock = 'freeze.clock'
const [orders, notifications] = [topicPrefixOf(ordersTopic), topicPrefixOf(notificationsTopic)]
const [bankMessages, work] = [topicPrefixOf(bankMessagesTopic), topicPrefixOf(workTopic)]

/** Topics with which each process reports its status, reads the time, checks the partitions and learns of sign-outs. */
const ofEveryService = { reads: [name.partitions, name.endedSessions], writes: [name.health, name.status, clock] }
const noKeys: RedisKeys = { states: [], looksUp: [], idempotency: false, claims: false, dataKeys: false, destroysKeys: false }

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
    about: 'accepts requests and turns each into one command',
    reads: [name.requests],
    writes: [name.commands, name.deadLetters, notifications],
    makes: [notifications],
    joins: ['intake'],
    redis: { looksUp: ['ledger'], idempotency: true, dataKeys: true },
  }),
  service({
    name: 'ledger',
    about: 'decides commands; the only one that writes facts',
    // In a new partition it records that nothing has been sent before.
    reads: [name.commands, name.ledger, name.dispatched, name.parked],
    // It records once to which engine the ledger belongs. A principal that can write the ledger gains nothing by that.
    writes: [name.ledger, name.commands, name.dispatched, name.deadLetters, name.parked, name.partitions],
    joins: ['ledger'],
    redis: { states: ['ledger'] },
  }),
  service({
    name: 'validation',
    about: 'assesses requests, and sends commands with the outcome',
    reads: [name.ledger, name.commands, name.parked],
    writes: [name.commands, name.parked],
    joins: ['validation'],
    redis: { states: ['validation'], claims: true, dataKeys: true },
  }),
  service({
    name: 'dispatch',
    about: 'sends orders and notifications, and accepts answers',
    reads: [name.ledger, name.answers, name.deliveries, name.dispatched, name.parked, orders, notifications],
    writes: [name.commands, name.deliveries, name.dispatched, name.deadLetters, name.parked, orders, notifications, bankMessages],
    makes: [orders, notifications, bankMessages],
    joins: ['dispatch', 'dispatch-answers', 'dispatch-deliveries'],
    redis: { states: ['dispatch', 'deliveries'], idempotency: true, dataKeys: true, destroysKeys: true },
  }),
  service({
    name: 'desk',
    about: 'shows countries their requests, accepts the commands of persons, and redrives for operators',
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
    // A dead letter that is an order is sent again to its topic and planned for delivery.
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
    redis: { idempotency: true, dataKeys: true },
  }),
]

/** All services in one process have the permissions of all of them. */
const standalone: Principal = {
  name: 'standalone',
  about: 'all services in one process',
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
    claims: true,
    dataKeys: true,
    destroysKeys: true,
  },
}

/** `holdfast backup`. `restore` and `repartition` write a ledger and are for administrators of the brokers. */
const backup: Principal = {
  name: 'backup',
  about: 'copies the ledger, the work logs of desks and the signed checkpoints',
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
 * The principals of the engine in a namespace. Users belong to a whole Kafka or Redis, so each engine has its own.
 * Topics, groups and keys have their plain names here, and `kafkaRules` adds the namespace.
 */
export const principalsIn = (namespace: string | undefined): readonly Principal[] => principals.map(renamedFor(namespace))

const renamedFor =
  (namespace: string | undefined) =>
  (of: Principal): Principal => ({ ...of, name: inNamespace(namespace, of.name) })

/** The member system of a country and its institutions, with names derived from the country. */
export function principalsOfMember(country: string, namespace?: string): Principal[] {
  const cc = country.toLowerCase()
  const named = [ofMember(country, { name: cc, as: 'system' }), ofMember(country, { name: `${cc}-banks`, as: 'institutions' })]
  return named.map(renamedFor(namespace))
}

/** Principals of the registry. They have the same names in every namespace. */
export const principalsOfRegistry = (members: Iterable<Member>): Principal[] =>
  [...members].flatMap(member => principalsOf(member).map(named => ofMember(member.country, named)))

/** The super users in docs/operate/backends.md, and the name that brokers give an anonymous client. */
const reserved = ['broker', 'operator', 'anonymous']

/**
 * Throws for each member principal with the name of a service or a super user. Such a name would get the member's
 * password and with it all permissions of that user. @param superUsers those configured at the brokers.
 */
export function refuseReservedNames(members: readonly Principal[], superUsers: readonly string[]): void {
  const ofBrokers = new Set([...reserved, ...superUsers.map(user => user.toLowerCase())])
  // An engine in another namespace has these names after its namespace and a dot.
  const isOfService = (user: string) => principals.some(({ name }) => user === name || user.endsWith(`.${name}`))
  const problems = members.flatMap(({ name, about }) => {
    const user = name.toLowerCase()
    if (ofBrokers.has(user)) return [`${name} (${about}) is the name of a super user of the brokers`]
    return isOfService(user) ? [`${name} (${about}) is the name of a service of an engine`] : []
  })
  if (problems.length > 0) throw new Error(`Choose other names for these members at the brokers:\n${problems.join('\n')}`)
}

/**
 * Separates the name of a member from the rest of its group names. No name contains it, so no name is a prefix of
 * another's groups: `tl:` and `tl-banks:`.
 */
export const groupSeparator = ':'

/** Members have no access to Redis. */
function ofMember(country: string, { name, as }: Pick<RegisteredPrincipal, 'name' | 'as'>): Principal {
  const { about, reads, writes } = {
    system: { about: `the member system of ${country}`, reads: [notificationsTopic(country).name], writes: [topics.requests.name] },
    institutions: { about: `the institutions of ${country}`, reads: [ordersTopic(country).name], writes: [topics.answers.name] },
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

/** Whether a topic is one between the engine and members or institutions. */
export const isOfMembers = (topic: string): boolean =>
  topic === topics.requests.name || topic === topics.answers.name || topic.startsWith(notifications) || topic.startsWith(orders)

function union(part: (of: Principal) => readonly string[]): string[] {
  return [...new Set(services.flatMap(part))]
}
