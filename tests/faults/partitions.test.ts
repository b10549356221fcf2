import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fact, Order } from '@holdfast/payment-stop/language'
import { ordersTopic, topics } from '@holdfast/schemas'
import { standalone } from '@holdfast/standalone'
import { commandEnv } from '@holdfast/test-kit/command-env'
import { type InProcessEngine, startInProcess } from '@holdfast/test-kit/in-process-engine'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { engineSecretFileName, ensureDevelopmentMembers, ensureEngineSecret } from '@holdfast/trust'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf, eventsIn, eventually, reaches, submit, testSettings, tokenOf } from '../src/engine.ts'
import { missingServers } from '../src/real-servers.ts'

const holdfast = fileURLToPath(new URL('../../packages/cli/bin/holdfast.js', import.meta.url))
const count = 80

/** An operator adds partitions to topics, as Kafka allows: half of all keys then belong to other partitions. */
describe.skipIf(missingServers())(`an engine with ${count} open requests whose topics grow from 4 partitions to 8`, () => {
  let kafka: KafkaServer
  let redis: RedisServer
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-partitions-'))
  /** Every service in one process, on Kafka and Redis, as each would run by itself. */
  let engine: InProcessEngine
  let ids: string[]
  let before: Map<string, readonly Fact[]>
  let ordered: readonly Order[]

  const environment = () => ({
    HOLDFAST_KAFKA_BROKERS: kafka.brokers,
    HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: '6000',
    HOLDFAST_REDIS_URL: redis.url,
    HOLDFAST_SECRET_FILE: join(dataDir, engineSecretFileName),
  })

  beforeAll(async () => {
    ensureDevelopmentMembers(dataDir)
    ensureEngineSecret(dataDir)
    kafka = await startKafka()
    redis = await startRedis()
    engine = await startInProcess(standalone, { folder: dataDir, env: { ...testSettings, ...environment() } })
    ids = await Promise.all(
      Array.from({ length: count }, (_, number) => submit(engine, ['SG', 'system'], buildRequestNumber(number + 1), `p-${number + 1}`)),
    )
    for (const id of ids) await reaches(engine, id, 'verified', 60_000)
    ordered = await eventually(async () => ((await orders()).length === count ? orders() : undefined), 'all are ordered')
    before = await histories()
  }, 180_000)
  afterAll(async () => {
    await engine?.stop()
    await redis?.stop()
    await kafka?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const orders = () => eventsIn<Order>(engine.streams, ordersTopic('TL'))
  const requestsIn = (found: readonly Order[]) => found.filter(({ data }) => data.kind === 'freeze').map(({ data }) => data.requestId)

  async function histories(): Promise<Map<string, readonly Fact[]>> {
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    const found = new Map<string, readonly Fact[]>()
    for (const id of ids) {
      const shown = await desk.show(id)
      if (shown.ok) found.set(id, shown.value.history)
    }
    return found
  }

  async function grow(...names: string[]): Promise<void> {
    const admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createPartitions({ topicPartitions: names.map(topic => ({ topic, count: 8 })) })
    await admin.disconnect()
  }

  /** The number of records that the engine has written. */
  async function written(): Promise<number> {
    let sum = 0
    for (const { name } of [topics.commands, topics.ledger, topics.deliveries, ordersTopic('TL')])
      for (let partition = 0; partition < (await engine.streams.partitionCount(name)); partition++)
        sum += await engine.streams.endOffset(name, partition)
    return sum
  }

  async function readiness(): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${engine.intakeUrl}/health/ready`)
    return { status: answer.status, text: await answer.text() }
  }
  const closed = () =>
    eventually(async () => {
      const { status, text } = await readiness()
      return status === 503 && text.includes('but 4 are recorded') ? true : undefined
    }, 'it is not ready and gives the reason')

  /** Without the client, which retries a 503 for a long time. */
  async function post(
    path: string,
    role: 'system' | 'officer',
    key: string,
    body: unknown,
  ): Promise<{ status: number; code: string | undefined }> {
    const bearer = await tokenOf(engine, ['SG', role])
    const answer = await fetch(`${engine.intakeUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
    return { status: answer.status, code: ((await answer.json()) as { code?: string }).code }
  }
  const open = (number: number) => post('/v1/requests', 'system', `p-${number}`, buildRequestNumber(number))
  const withdraw = (id: string) =>
    post(`/v1/requests/${id}/commands`, 'officer', `closed-${id}`, { command: 'Withdraw', data: { reason: 'It was paid back' } })

  /** New requests and commands are refused with a reason, and the engine writes no record. */
  async function nothingIsTaken(from: number): Promise<void> {
    await closed()
    const sum = await written()
    const opened = Array.from({ length: count }, (_, index) => open(from + index))
    const answers = await Promise.all([...opened, ...ids.map(withdraw)])
    expect(answers).toEqual(answers.map(() => ({ status: 503, code: 'CLOSED' })))
    expect(await written()).toBe(sum)
  }

  const repartition = (...words: string[]) =>
    new Promise<{ code: number; out: string; err: string }>(resolve => {
      const env = { ...commandEnv, ...environment(), HOLDFAST_DATA: dataDir }
      execFile(process.execPath, [holdfast, 'repartition', ...words], { env, timeout: 120_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      )
    })

  test('with more partitions of commands only, it is not ready and accepts no request, also after a restart', async () => {
    await grow(topics.commands.name)
    await nothingIsTaken(1_000)
    await engine.restart()
    await nothingIsTaken(2_000)
    expect(await histories()).toEqual(before)
  })

  test('nor with more partitions of all topics, nor after Redis is flushed', async () => {
    await grow(topics.ledger.name, topics.deliveries.name, topics.requests.name, topics.answers.name)
    await nothingIsTaken(3_000)
    await redis.flush()
    await engine.restart()
    await nothingIsTaken(4_000)
    expect(await histories()).toEqual(before)
  })

  test('after a repartition to 8, all requests are intact and continue, new ones are opened, and no message was sent twice', async () => {
    let made = { code: 0, out: '', err: '' }
    await engine.restart(
      async () => {
        made = await repartition('--partitions', '8')
      },
      { HOLDFAST_LEDGER_NUMBER: '2' },
    )
    expect(made.err).toBe('')
    expect(made.out).toContain(`${count} requests with ${count * 2} facts, every chain intact`)
    await eventually(async () => ((await readiness()).status === 200 ? true : undefined), 'it is ready')
    await eventually(async () => ((await histories()).size === count ? true : undefined), 'the desk has caught up')
    expect(await histories()).toEqual(before)
    const { desk } = clientsOf(engine, ['SG', 'officer'])
    for (const id of ids) {
      expect(await desk.act(id, 'Withdraw', { reason: 'It was paid back' }, { idempotencyKey: `after-${id}` })).toMatchObject({ ok: true })
      await reaches(engine, id, 'closed.withdrawn')
    }
    const fresh = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        submit(engine, ['SG', 'system'], buildRequestNumber(1_000 + index), `p-${1_000 + index}`),
      ),
    )
    for (const id of fresh) await reaches(engine, id, 'verified', 60_000)
    const all = await eventually(async () => {
      const now = await orders()
      return now.length >= count * 3 ? now : undefined
    }, 'the new requests are ordered')
    expect(all.slice(0, count)).toEqual(ordered)
    expect(requestsIn(all).toSorted()).toEqual([...ids, ...fresh].toSorted())
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const partitions = await Promise.all(
      Array.from({ length: 8 }, (_, partition) => engine.streams.endOffset(topics.ledger.name, partition)),
    )
    expect(Math.min(...partitions)).toBeGreaterThan(1)
  })
})
