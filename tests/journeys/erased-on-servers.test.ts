import { type Fact, requestType } from '@holdfast/payment-stop/language'
import { silentLogger } from '@holdfast/runtime'
import { bankMessagesTopic, chainStart, notificationsTopic, ordersTopic, type TopicSpec, topics, workTopic } from '@holdfast/schemas'
import { createKafkaStreams } from '@holdfast/streams/kafka'
import { startBank } from '@holdfast/test-kit/bank'
import { type OwnCluster, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import type { Institution } from '@holdfast/test-kit/institution'
import { type KafkaServer, newClusterId, startKafka } from '@holdfast/test-kit/kafka-server'
import { freePort } from '@holdfast/test-kit/ports'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf, eventually, type Person, reaches, together, tokenOf } from '../src/engine.ts'
import { verifyExport } from '../src/load.ts'
import { personalDataIn, personalDataInFilesOf, requestWithPersonalData } from '../src/personal-data.ts'

// V30 on real servers: after erasure and the retention of external topics, no file of the broker, Redis or a service
// contains the personal data.

const { HOLDFAST_TEST_KAFKA: kafka, HOLDFAST_TEST_REDIS: redisThere } = process.env

const system: Person = ['SG', 'system', 'ncb']
const officer: Person = ['SG', 'officer', 'i.wolframite']
const secondOfficer: Person = ['SG', 'officer', 'p.gabbro']
const court = { authority: 'Court of Singapore', reference: 'HC-78/2026', date: '2026-11-20' }
const note = 'The marmaladefox rang twice'

/** Replaces retentions of 7 to 90 days, after all records were read. */
const keptMs = 1_000
/** How often this broker checks for expired segments, and how long it takes to delete a file. */
const lookMs = 500

const briefly = (topic: TopicSpec): TopicSpec => (topic.retentionMs === undefined ? topic : { ...topic, retentionMs: keptMs })
const ofCountry = (country: string) => [ordersTopic, notificationsTopic, bankMessagesTopic, workTopic].map(topicOf => topicOf(country))

describe.runIf(kafka && redisThere)('erased personal data, on a broker and a Redis', { timeout: 180_000 }, () => {
  const sent = requestWithPersonalData(930_001)
  const words = [...personalDataIn(sent), note]
  let engine: OwnCluster<KafkaServer>
  let bank: Institution
  let requestId: string

  const filesWithWords = () => ({
    broker: personalDataInFilesOf(engine.kafka.dataDir, words),
    redis: personalDataInFilesOf(engine.redis.folder, words),
    keys: personalDataInFilesOf(engine.keysFolder, words),
    services: personalDataInFilesOf(engine.dataDir, words),
  })
  const none = { broker: [], redis: [], keys: [], services: [] }

  beforeAll(async () => {
    const settings = {
      'log.retention.check.interval.ms': `${lookMs}`,
      'log.initial.task.delay.ms': `${lookMs}`,
      'log.segment.delete.delay.ms': `${lookMs}`,
    }
    const broker = startKafka({ node: { clusterId: newClusterId(), controllerPort: await freePort(), settings } })
    engine = await startOwnCluster(broker, { redis: { appendonly: true } })
    bank = await startBank(engine)
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  /** Shortens the retention of the external topics, as if their days had passed. */
  async function letTimePass(): Promise<void> {
    const streams = createKafkaStreams({
      brokers: [engine.kafka.brokers],
      clientId: 'erased',
      partitions: 4,
      replication: 1,
      log: silentLogger,
    })
    await streams.ensureTopics([...Object.values(topics), ...ofCountry('SG'), ...ofCountry('TL')].map(briefly))
    await streams.close()
  }

  test('is in plaintext in external topics only', async () => {
    const event = { specversion: '1.0', id: 'erased', source: '/sg/ncb', type: requestType, data: sent }
    await engine.streams.publish(topics.requests.name, [
      { key: 'SG', value: JSON.stringify(event), headers: { authorization: `Bearer ${await tokenOf(engine, system)}` } },
    ])
    const { desk } = clientsOf(engine, officer)
    requestId = await eventually(async () => {
      const found = await desk.list({ q: sent.caseReference })
      return found.ok ? found.value.requests[0]?.requestId : undefined
    }, 'the request exists')
    const share = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: note }
    expect(await desk.act(requestId, 'ShareRequest', share, { idempotencyKey: 'erased-note' })).toMatchObject({ ok: true })
    await reaches(engine, requestId, 'recovered')
    const lying = filesWithWords()
    expect(lying).toMatchObject({ redis: [], keys: [], services: [] })
    for (const word of [sent.victim.name, sent.contact.email]) expect(lying.broker.join('\n')).toContain(word)
  })

  test('is in no file after erasure and retention', async () => {
    await together(engine, [officer, secondOfficer], requestId, 'OrderErasure', court)
    await eventually(async () => {
      const shown = await clientsOf(engine, officer).desk.show(requestId)
      return (shown.ok && shown.value.history.at(-1)?.type === 'holdfast.fact.v1.DestructionConfirmed') || undefined
    }, 'the destruction is confirmed')
    await letTimePass()
    await expect.poll(filesWithWords, { timeout: 60_000, interval: 500 }).toEqual(none)
  })

  test('and the redacted history is shown and verified', async () => {
    const shown = await clientsOf(engine, officer).desk.show(requestId)
    const history: readonly Fact[] = shown.ok ? shown.value.history : []
    expect(history[0]).toMatchObject({ prevhash: chainStart, data: { request: { payment: { amount: sent.payment.amount } } } })
    expect(words.filter(word => JSON.stringify(history).includes(word))).toEqual([])
    const { status, output } = await verifyExport(engine, officer)
    expect([status, output]).toEqual([0, expect.stringMatching(/intact/)])
    expect(filesWithWords()).toEqual(none)
  })
})
