import { serviceNameOf } from '@holdfast/core'
import {
  bankMessagesTopic,
  engineTopics,
  inNamespace,
  notificationsTopic,
  ordersTopic,
  topicPrefixOf,
  workflowTopics,
  workTopic,
} from '@holdfast/schemas'
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
  /** Starts of the names of topics that it sees, with their length, as a start needs. */
  readonly seesTopics: readonly string[]
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

const name = Object.fromEntries(Object.entries(engineTopics).map(([key, topic]) => [key, topic.name])) as Record<
  keyof typeof engineTopics,
  string
>
/** Internal to the driver: see packages/streams/src/kafka/log-time.ts. */
const clock = 'freeze.clock'
const work = topicPrefixOf(workTopic)

/** The topics of a workflow, and the starts of those of its countries. */
function namesOf(topicPrefix: string) {
  const { requests, commands, ledger, answers, deliveries, dispatched } = workflowTopics(topicPrefix)
  return {
    requests: requests.name,
    commands: commands.name,
    ledger: ledger.name,
    answers: answers.name,
    deliveries: deliveries.name,
    dispatched: dispatched.name,
    orders: topicPrefixOf(country => ordersTopic(country, topicPrefix)),
    notifications: topicPrefixOf(country => notificationsTopic(country, topicPrefix)),
    bankMessages: topicPrefixOf(country => bankMessagesTopic(country, topicPrefix)),
    service: (service: string) => serviceNameOf({ topicPrefix }, service),
  }
}
type Names = ReturnType<typeof namesOf>

/** Topics with which each process reports its status, reads the time, checks the partitions and learns of sign-outs. */
const ofEveryService = { reads: [name.partitions, name.endedSessions], writes: [name.health, name.status, clock] }
const noKeys: RedisKeys = { states: [], looksUp: [], idempotency: false, claims: false, dataKeys: false, destroysKeys: false }

type PartOfService = 'joins' | 'looksUp' | 'makes' | 'reads' | 'states' | 'watches' | 'writes'
/** What a service may do for one workflow, and in all. */
interface Service {
  readonly name: string
  readonly about: string
  readonly of: (names: Names) => Readonly<Partial<Record<PartOfService, readonly string[]>>>
  readonly inAll: Readonly<Partial<Record<'makes' | 'reads' | 'writes', readonly string[]>>>
  readonly redis: Partial<Omit<RedisKeys, 'looksUp' | 'states'>>
}

const services: readonly Service[] = [
  {
    name: 'intake',
    about: 'accepts requests and turns each into one command',
    of: ({ requests, commands, notifications, service }) => ({
      reads: [requests],
      writes: [commands, notifications],
      makes: [notifications],
      joins: [service('intake')],
      looksUp: [service('ledger')],
    }),
    inAll: { writes: [name.deadLetters] },
    redis: { idempotency: true, dataKeys: true },
  },
  {
    name: 'ledger',
    about: 'decides commands; the only one that writes facts',
    of: ({ commands, ledger, dispatched, service }) => ({
      // In a new partition it records that nothing has been sent before.
      reads: [commands, ledger, dispatched],
      writes: [ledger, commands, dispatched],
      joins: [service('ledger')],
      states: [service('ledger')],
    }),
    // It records once to which engine the ledger belongs. A principal that can write the ledger gains nothing by that.
    inAll: { reads: [name.parked], writes: [name.deadLetters, name.parked, name.partitions] },
    redis: {},
  },
  {
    name: 'validation',
    about: 'assesses requests, and sends commands with the outcome',
    of: ({ commands, ledger, service }) => ({
      reads: [ledger, commands],
      writes: [commands],
      joins: [service('validation')],
      states: [service('validation')],
    }),
    inAll: { reads: [name.parked], writes: [name.parked] },
    redis: { claims: true, dataKeys: true },
  },
  {
    name: 'dispatch',
    about: 'sends orders and notifications, and accepts answers',
    of: ({ commands, ledger, answers, deliveries, dispatched, orders, notifications, bankMessages, service }) => ({
      reads: [ledger, answers, deliveries, dispatched, orders, notifications],
      writes: [commands, deliveries, dispatched, orders, notifications, bankMessages],
      makes: [orders, notifications, bankMessages],
      joins: ['dispatch', 'dispatch-answers', 'dispatch-deliveries'].map(service),
      states: ['dispatch', 'deliveries'].map(service),
    }),
    inAll: { reads: [name.parked], writes: [name.deadLetters, name.parked] },
    redis: { idempotency: true, dataKeys: true, destroysKeys: true },
  },
  {
    name: 'desk',
    about: 'shows countries their requests, accepts the commands of persons, and redrives for operators',
    of: ({ commands, ledger, deliveries, orders, bankMessages, service }) => ({
      reads: [ledger, deliveries, orders, bankMessages],
      // A dead letter that is an order is sent again to its topic and planned for delivery.
      writes: [commands, deliveries, orders],
      makes: [orders, bankMessages],
      watches: ['intake', 'ledger', 'validation', 'dispatch', 'dispatch-answers', 'dispatch-deliveries'].map(service),
    }),
    inAll: {
      reads: [name.deadLetters, name.redriven, name.parked, name.status, name.work, name.checkpoints, work],
      writes: [name.deadLetters, name.redriven, name.parked, name.endedSessions, name.work, name.checkpoints, work],
      makes: [work],
    },
    redis: { idempotency: true, dataKeys: true },
  },
]

/** The principals of an engine with these workflows, and of its members. */
export interface AccessTable {
  /** Those of the topics that belong to the engine. */
  readonly topicPrefixes: readonly string[]
  readonly principals: readonly Principal[]
  /**
   * The principals of the engine in a namespace. Users belong to a whole Kafka or Redis, so each engine has its own.
   * Topics, groups and keys have their plain names here, and `kafkaRules` adds the namespace.
   */
  principalsIn(namespace: string | undefined): readonly Principal[]
  /** The member system of a country and its institutions, with names derived from the country. */
  principalsOfMember(country: string, namespace?: string): Principal[]
  /** Principals of the registry. They have the same names in every namespace. */
  principalsOfRegistry(members: Iterable<Member>): Principal[]
  /** Whether a topic is one between the engine and members or institutions. */
  isOfMembers(topic: string): boolean
}

export function createAccessTable(workflows: readonly { readonly topicPrefix: string }[]): AccessTable {
  const names = workflows.map(({ topicPrefix }) => namesOf(topicPrefix))
  // The topics of the engine itself have the prefix of payment stops.
  const topicPrefixes = [...new Set(['freeze', ...workflows.map(({ topicPrefix }) => topicPrefix)])]
  const seesTopics = topicPrefixes.map(prefix => `${prefix}.`)

  function principalOf({ name, about, of, inAll, redis }: Service): Principal {
    const ofWorkflows = names.map(of)
    const each = (part: PartOfService): readonly string[] => ofWorkflows.flatMap(parts => parts[part] ?? [])
    return {
      name,
      about,
      reads: [...ofEveryService.reads, ...each('reads'), ...(inAll.reads ?? [])],
      writes: [...ofEveryService.writes, ...each('writes'), ...(inAll.writes ?? [])],
      makes: [...each('makes'), ...(inAll.makes ?? [])],
      joins: each('joins'),
      watches: each('watches'),
      seesTopics,
      redis: { ...noKeys, ...redis, states: each('states'), looksUp: each('looksUp') },
    }
  }

  const ofServices = services.map(principalOf)
  const union = (part: (of: Principal) => readonly string[]): string[] => [...new Set(ofServices.flatMap(part))]

  /** All services in one process have the permissions of all of them. */
  const standalone: Principal = {
    name: 'standalone',
    about: 'all services in one process',
    reads: union(of => of.reads),
    writes: union(of => of.writes),
    makes: union(of => of.makes),
    joins: union(of => of.joins),
    watches: [],
    seesTopics,
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
    reads: [...names.map(({ ledger }) => ledger), name.work, name.checkpoints, name.partitions, work],
    writes: [],
    makes: [],
    joins: [],
    watches: [],
    seesTopics,
    redis: noKeys,
  }

  /** Members have no access to Redis. */
  function ofMember(country: string, { name, as }: Pick<RegisteredPrincipal, 'name' | 'as'>): Principal {
    const cc = country.toLowerCase()
    const answers = names.map(of => of.answers)
    const { about, reads, writes } = {
      system: {
        about: `the member system of ${country}`,
        reads: names.map(({ notifications }) => notifications + cc),
        writes: names.map(({ requests }) => requests),
      },
      institutions: { about: `the institutions of ${country}`, reads: names.map(({ orders }) => orders + cc), writes: answers },
      institution: { about: `an institution of ${country}`, reads: [], writes: answers },
    }[as]
    return {
      name,
      about,
      reads,
      writes,
      joins: reads.length > 0 ? [`${name}${groupSeparator}`] : [],
      makes: [],
      watches: [],
      seesTopics: [],
      redis: undefined,
    }
  }

  const principals = [...ofServices, standalone, backup]
  return {
    topicPrefixes,
    principals,
    principalsIn: namespace => principals.map(renamedFor(namespace)),
    principalsOfMember(country, namespace) {
      const cc = country.toLowerCase()
      const named = [ofMember(country, { name: cc, as: 'system' }), ofMember(country, { name: `${cc}-banks`, as: 'institutions' })]
      return named.map(renamedFor(namespace))
    },
    principalsOfRegistry: members => [...members].flatMap(member => principalsOf(member).map(named => ofMember(member.country, named))),
    isOfMembers: topic =>
      names.some(
        ({ requests, answers, notifications, orders }) =>
          topic === requests || topic === answers || topic.startsWith(notifications) || topic.startsWith(orders),
      ),
  }
}

const renamedFor =
  (namespace: string | undefined) =>
  (of: Principal): Principal => ({ ...of, name: inNamespace(namespace, of.name) })

/** An engine's principals, with the permissions that do not depend on its workflows. */
const ofEveryEngine = createAccessTable([]).principals

/** Whether a service may write to a topic that belongs to no workflow. */
export const mayWrite = (service: string, topic: string): boolean =>
  ofEveryEngine.some(({ name, writes }) => name === service && writes.includes(topic))

/** The super users in docs/operate/backends.md, and the name that brokers give an anonymous client. */
const reserved = ['broker', 'operator', 'anonymous']

/**
 * Throws for each member principal with the name of a service or a super user. Such a name would get the member's
 * password and with it all permissions of that user. @param superUsers those configured at the brokers.
 */
export function refuseReservedNames(members: readonly Principal[], superUsers: readonly string[]): void {
  const ofBrokers = new Set([...reserved, ...superUsers.map(user => user.toLowerCase())])
  // An engine in another namespace has these names after its namespace and a dot.
  const isOfService = (user: string) => ofEveryEngine.some(({ name }) => user === name || user.endsWith(`.${name}`))
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
