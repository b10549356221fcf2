import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order } from '@holdfast/payment-stop/language'
import { silentLogger } from '@holdfast/runtime'
import { isFactType, notificationsTopic, ordersTopic, outOfNamespace, topics } from '@holdfast/schemas'
import { createRedisConnection } from '@holdfast/stores/redis'
import { startBank } from '@holdfast/test-kit/bank'
import { startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { type ClusterKeys, startClusterKeys } from '@holdfast/test-kit/cluster-keys'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { engineSecretFileName, ensureDevelopmentMembers } from '@holdfast/trust'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientsOf, type Engine, eventsIn, eventually, type Person, reaches, submit, testSettings } from '../src/engine.ts'
import { runHoldfastWith } from '../src/holdfast-command.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'ncb']
const groups = ['dispatch', 'dispatch-answers', 'intake', 'ledger', 'validation']

interface NamespacedEngine extends Engine {
  /** The settings by which its services and commands connect to it. */
  readonly env: Readonly<Record<string, string>>
}

describe.skipIf(missingServers())('two engines on one Kafka and Redis, one of them in a namespace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-namespaces-'))
  const started: Engine[] = []
  let kafka: KafkaServer
  let redis: RedisServer
  let keys: ClusterKeys
  let plain: NamespacedEngine
  let staging: NamespacedEngine
  let requests: { readonly plain: string; readonly staging: string }

  beforeAll(async () => {
    kafka = await startKafka()
    redis = await startRedis({ appendonly: true })
    keys = await startClusterKeys(folder)
    ;[plain, staging] = await Promise.all([startEngine(undefined), startEngine('staging')])
    requests = {
      plain: await submit(plain, requester, buildRequestNumber(700_001), 'same-key'),
      staging: await submit(staging, requester, buildRequestNumber(700_002), 'same-key'),
    }
    await Promise.all([plain, staging].map(institutionOf))
    await reaches(plain, requests.plain, 'recovered', 60_000)
    await reaches(staging, requests.staging, 'recovered', 60_000)
  })
  afterAll(async () => {
    for (const engine of started) await engine.stop()
    await keys?.stop()
    await redis?.stop()
    await kafka?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** All services in one process, with the secret and the members of `secretsOf` where set. */
  async function startEngine(namespace: string | undefined, secretsOf?: Engine): Promise<NamespacedEngine> {
    const shared = { ...testSettings, ...keys.env, ...(secretsOf && secretsIn(secretsOf.dataDir)) }
    const engine = await startClusterEngine({
      brokers: kafka.brokers,
      redisUrl: redis.url,
      namespace,
      isOneProcess: true,
      envOf: () => shared,
    })
    started.push(engine)
    const dataDir = secretsOf?.dataDir ?? engine.dataDir
    const env = {
      ...shared,
      ...(namespace !== undefined && { HOLDFAST_NAMESPACE: namespace }),
      HOLDFAST_KAFKA_BROKERS: kafka.brokers,
      HOLDFAST_REDIS_URL: redis.url,
      ...secretsIn(dataDir),
      HOLDFAST_DATA: join(engine.dataDir, 'standalone'),
    }
    return { ...engine, dataDir, env }
  }

  const secretsIn = (dataDir: string) => ({
    HOLDFAST_MEMBERS: ensureDevelopmentMembers(dataDir).membersPath,
    HOLDFAST_SECRET_FILE: join(dataDir, engineSecretFileName),
  })

  async function institutionOf(engine: Engine): Promise<void> {
    const institution = await startBank(engine)
    started.unshift({ ...engine, stop: () => institution.stop() })
  }

  test('a request of one engine does not exist in the other, also under the same key', async () => {
    expect(requests.plain).not.toBe(requests.staging)
    for (const [engine, own, other] of [
      [plain, requests.plain, requests.staging],
      [staging, requests.staging, requests.plain],
    ] as const) {
      const { desk } = clientsOf(engine, ['SG', 'officer'])
      expect(await desk.show(own)).toMatchObject({ ok: true })
      expect(await desk.show(other)).toMatchObject({ ok: false, error: { status: 404 } })
    }
  })

  // A ledger starts with a record of its feature level.
  const isFact = ({ type }: { readonly type: string }) => isFactType(type)

  test('orders, notifications and facts of an engine are in its own topics only', async () => {
    for (const [engine, own] of [
      [plain, requests.plain],
      [staging, requests.staging],
    ] as const) {
      const facts = await eventsIn<{ type: string; subject: string }>(engine.streams, topics.ledger)
      expect(new Set(facts.filter(isFact).map(({ subject }) => subject))).toEqual(new Set([own]))
      const orders = await eventsIn<Order>(engine.streams, ordersTopic('TL'))
      expect(new Set(orders.map(({ subject }) => subject))).toEqual(new Set([own]))
      const notifications = await eventsIn<{ subject: string }>(engine.streams, notificationsTopic('SG'))
      expect(notifications.map(({ subject }) => subject)).toContain(own)
      expect(notifications.map(({ subject }) => subject)).not.toContain(own === requests.plain ? requests.staging : requests.plain)
    }
  })

  test('each engine has topics and groups of its own on the broker', async () => {
    const admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    onTestFinished(() => admin.disconnect())
    const topicNames = (await admin.listTopics()).filter(name => !name.startsWith('__'))
    const ofPlain = topicNames.filter(name => outOfNamespace(undefined, name) !== undefined)
    const ofStaging = topicNames.filter(name => outOfNamespace('staging', name) !== undefined)
    expect([...ofPlain, ...ofStaging].sort()).toEqual(topicNames.sort())
    expect(ofStaging).toEqual(expect.arrayContaining(ofPlain.map(name => `staging.${name}`)))
    expect(ofPlain).toContain('freeze.clock')
    const groupNames = (await admin.listGroups()).groups.map(({ groupId }) => groupId)
    expect(groupNames).toEqual(expect.arrayContaining([...groups, ...groups.map(group => `staging.${group}`)]))
  })

  test('each engine has its own Redis keys, also for data keys', async () => {
    for (const url of [redis.url, keys.env.HOLDFAST_KEYS_REDIS_URL]) {
      const connection = createRedisConnection(url, silentLogger)
      onTestFinished(() => connection.close())
      const prefixes = new Set((await connection.run(client => client.keys('*'))).map(key => /^\{?([a-z0-9-]+):/.exec(key)?.[1]))
      expect([...prefixes].sort()).toEqual(['holdfast', 'holdfast-staging'])
    }
  })

  test('a backup of one engine is restored into another namespace and continues there', async () => {
    const ledgerFile = join(folder, 'ledger.jsonl')
    const keysFile = join(folder, 'keys.jsonl')
    const tombstonesFile = join(folder, 'tombstones.jsonl')
    expect(await runHoldfastWith(staging.env, 'backup', ledgerFile)).toMatchObject({ code: 0 })
    expect(await runHoldfastWith(staging.env, 'keys', 'backup', keysFile)).toMatchObject({ code: 0 })
    expect(await runHoldfastWith(staging.env, 'keys', 'tombstones', tombstonesFile)).toMatchObject({ code: 0 })
    expect(readFileSync(ledgerFile, 'utf8')).not.toContain(requests.plain)

    const restored = { ...staging.env, HOLDFAST_NAMESPACE: 'drill', HOLDFAST_DATA: join(folder, 'drill') }
    mkdirSync(restored.HOLDFAST_DATA)
    expect(await runHoldfastWith(restored, 'restore', ledgerFile)).toMatchObject({ code: 0 })
    expect(await runHoldfastWith(restored, 'keys', 'restore', keysFile, '--tombstones', tombstonesFile)).toMatchObject({ code: 0 })
    const drill = await startEngine('drill', staging)
    const shown = await eventually(async () => {
      const found = await clientsOf(drill, ['SG', 'officer']).desk.show(requests.staging)
      return found.ok ? found.value : undefined
    }, 'the restored engine shows the request')
    expect(shown.request.states).toEqual(expect.arrayContaining([expect.stringMatching(/^recovered/)]))
    expect(shown.history[0]?.data).toMatchObject({ request: buildRequestNumber(700_002) })
    const next = await submit(drill, requester, buildRequestNumber(700_003), 'after-restore')
    await institutionOf(drill)
    await reaches(drill, next, 'recovered', 60_000)
    expect(await clientsOf(staging, ['SG', 'officer']).desk.show(next)).toMatchObject({ ok: false })
  })
})
