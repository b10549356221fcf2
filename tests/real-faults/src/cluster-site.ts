import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fact, Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { type ClusterEngine, serviceNames, startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { everythingIn } from '../../src/engine.ts'
import { type OpenPersonalData, openPersonalData, withPersonalData } from '../../src/with-personal-data.ts'
import { countries } from './countries.ts'
import { type Disk, mountDisk } from './disk.ts'
import { createLinks, type FarLink } from './links.ts'
import { readLying } from './lying.ts'
import { processOf } from './process-of.ts'
import { type BankOrder, type IdentityFile, masterKeysFile, type Seeing, type Site, type SiteProcess, secretFile } from './site.ts'

/** Each half has one process of each service and its own links to all servers, so that one half can be isolated. */
export const halves = ['A', 'B'] as const
export type Half = (typeof halves)[number]

export interface ClusterSite extends Site {
  readonly kafka: KafkaCluster
  /** The disk of each broker, or why it has none of its own. */
  readonly brokerDisks: readonly (Disk | string)[]
  /** The links to each broker, by half. */
  readonly brokerLinks: readonly Readonly<Record<Half, FarLink>>[]
  /** The primary first, then its replica. They swap when the replica is promoted. */
  redis(): readonly [RedisServer, RedisServer]
  readonly redisLinks: Readonly<Record<Half, FarLink>>
  turnRedis(): Promise<void>
  /** The test's own connection, which bypasses the links. */
  readonly admin: Admin
}

const brokers = 3
const looksEveryMs = 250

/** Three brokers with three replicas, a Redis with a replica, and two processes of each service. */
export async function startClusterSite(tree?: string): Promise<ClusterSite> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    return await start(tree, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(tree: string | undefined, ends: (() => Promise<unknown>)[], stop: () => Promise<void>): Promise<ClusterSite> {
  const ways: Record<Half, FarLink[]> = { A: [], B: [] }
  const links = createLinks()
  ends.push(() => links.close())
  const { brokerDisks, folders } = mountBrokerDisks(ends)
  const kafka = await startKafkaCluster(
    brokers,
    halves.map(half => ({
      name: `HALF${half}`,
      async advertise(_broker, port) {
        const link = await links.start(port)
        ways[half].push(link)
        return link.port
      },
    })),
    broker => folders[broker - 1],
  )
  ends.push(() => kafka.stop())
  let redis = [await startRedis(), await startRedis()] as [RedisServer, RedisServer]
  for (const server of redis) ends.push(() => server.stop())
  await redis[1].follow(redis[0].port)
  const redisLinks = { A: await links.start(redis[0].port), B: await links.start(redis[0].port) }
  const bootstrapOf = (half: Half) => ways[half].map(({ port }) => `127.0.0.1:${port}`).join()
  const redisUrlOf = (half: Half) => `redis://127.0.0.1:${redisLinks[half].port}`

  const engine = await startClusterEngine({
    brokers: bootstrapOf('A'),
    ownBrokers: kafka.brokers,
    redisUrl: redisUrlOf('A'),
    replication: brokers,
    ...(tree ? { as: { tree } } : {}),
  })
  ends.push(() => engine.stop())
  const asB = { ...(tree ? { tree } : {}), env: { HOLDFAST_KAFKA_BROKERS: bootstrapOf('B'), HOLDFAST_REDIS_URL: redisUrlOf('B') } }
  const seconds = await Promise.all(serviceNames.map(name => engine.another(name, asB)))
  const processes: SiteProcess[] = [
    ...Object.values(engine.services).map(each =>
      processOf(`${each.name} A`, each, env => each.start({ ...(tree ? { tree } : {}), ...(env ? { env } : {}) })),
    ),
    ...seconds.map(each => processOf(`${each.name} B`, each, env => each.start({ ...asB, env: { ...asB.env, ...env } }))),
  ]
  const urlsOf = (service: string) => processes.filter(each => each.service === service).map(({ url }) => url)

  const admin = new Kafka({ brokers: kafka.brokers.split(','), clientId: 'real-faults', logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  ends.push(() => admin.disconnect())
  const hands = watchHands(admin)
  ends.push(async () => hands.stop())

  return {
    engine: 'cluster',
    dataDir: engine.dataDir,
    scratchDir: engine.dataDir,
    kafka,
    brokerDisks,
    admin,
    processes,
    identity: identityOf(engine),
    brokerLinks: ways.A.map((A, nth) => ({ A, B: ways.B[nth] as FarLink })),
    redis: () => redis,
    redisLinks,
    async turnRedis() {
      redis = [redis[1], redis[0]]
      for (const half of halves) await redisLinks[half].turnTo(redis[0].port)
    },
    endpoints: { intake: urlsOf('intake'), answers: urlsOf('dispatch'), desk: urlsOf('desk') },
    publish: (topic, key, value, authorization) => engine.streams.publish(topic, [{ key, value, headers: { authorization } }]),
    async see(seeing) {
      const open = await openPersonalData(keysOf(engine))
      const over = new AbortController()
      ends.push(async () => {
        over.abort()
        await open.close()
      })
      await see(engine, seeing, record => openedUntil(over.signal, open, record))
    },
    isChangingHands: hands.areChanging,
    async lying() {
      const lying = await readLying(topic => everythingIn(engine.streams, topic))
      return { ...lying, ledger: await withPersonalData(lying.ledger, keysOf(engine)) }
    },
    stop,
  }
}

/** A file system for each broker, where mounting is possible. */
function mountBrokerDisks(ends: (() => Promise<unknown>)[]) {
  const brokerDisks: (Disk | string)[] = []
  const folders: (string | undefined)[] = []
  for (let nth = 0; nth < brokers; nth++) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-broker-'))
    const disk = mountDisk(folder)
    brokerDisks.push(disk)
    folders.push(typeof disk === 'string' ? undefined : folder)
    ends.push(async () => {
      if (typeof disk !== 'string') disk.unmount()
      rmSync(folder, { recursive: true, force: true })
    })
  }
  return { brokerDisks, folders }
}

/** The keys are in the server's file, and the ledger service decrypts nothing. */
const identityOf = ({ dataDir, keys }: ClusterEngine): readonly IdentityFile[] => [
  { name: secretFile, path: join(dataDir, secretFile), setting: 'HOLDFAST_SECRET_FILE', isReadBy: () => true },
  {
    name: masterKeysFile,
    path: keys.HOLDFAST_MASTER_KEYS_FILE,
    setting: 'HOLDFAST_MASTER_KEYS_FILE',
    isReadBy: service => service !== 'ledger',
  },
]

const keysOf = ({ dataDir, keys }: ClusterEngine) => ({ dataDir, env: { ...keys } })

/** Retried while the keys are briefly unavailable: a skipped fact would look like one that the engine has lost. */
async function openedUntil(over: AbortSignal, { cipher }: OpenPersonalData, record: Fact): Promise<readonly Fact[]> {
  while (!over.aborted) {
    try {
      return await cipher.decryptWithNames([record])
    } catch {
      await pause(200)
    }
  }
  return []
}

async function see(
  { streams }: ClusterEngine,
  { onFact, onOrder }: Seeing,
  opened: (record: Fact) => Promise<readonly Fact[]>,
): Promise<void> {
  const orders = countries.map(country => ordersTopic(country))
  await streams.ensureTopics([
    ...orders,
    ...countries.map(country => notificationsTopic(country)),
    topics.ledger,
    topics.answers,
    topics.requests,
  ])
  const tail = (topic: string, onRecord: (record: StreamRecord) => void): Promise<unknown> =>
    streams.tail({ topic, from: 'start', onRecords: records => records.forEach(onRecord), onFault: () => undefined })
  let opening: Promise<unknown> = Promise.resolve()
  await tail(topics.ledger.name, ({ value }) => {
    const record = JSON.parse(value) as Fact
    if (!record.type.startsWith('holdfast.fact.')) return
    // In sequence: facts arrive in their order.
    opening = opening.then(async () => (await opened(record)).forEach(onFact))
  })
  for (const { name } of orders) await tail(name, ({ value }) => onOrder(orderOf(JSON.parse(value) as Order)))
}

const orderOf = ({ data: { orderId, requestId, kind, amount, institution, country } }: Order): BankOrder => ({
  orderId,
  requestId,
  kind,
  amount,
  bic: institution.bic,
  country,
})

/** Asks the brokers whether each group of the engine is stable. */
function watchHands(admin: Admin) {
  let changing = false
  let isAsking = false
  async function look(): Promise<void> {
    if (isAsking) return
    isAsking = true
    try {
      const { groups } = await admin.describeGroups(['ledger', 'validation', 'dispatch'])
      changing = groups.some(({ state }) => state !== 'Stable')
    } catch {
      // A group that cannot be queried is not stable.
      changing = true
    }
    isAsking = false
  }
  const timer = setInterval(() => void look(), looksEveryMs)
  return { areChanging: () => changing, stop: () => clearInterval(timer) }
}
