import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { instantMs } from '@holdfast/test-kit/instant'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { type Consumer, Kafka, type KafkaMessage, logLevel, type Message, type Producer } from 'kafkajs'
import { withEndings } from '../src/endings.ts'
import { createOutcomes, type Outcomes } from '../src/outcomes.ts'
import { type Program, startProgram } from '../src/program.ts'
import type { SentCounts, Submitter } from '../src/submitter.ts'
import type { Target } from '../src/target.ts'
import { lastStep, paddedStep, pipeTopics, stepIn } from './kafka-pipe-steps.ts'

const stages = ['ledger', 'validation', 'dispatch', 'bank'] as const
const partitions = 4

/**
 * The upper bound of the cluster: the messages of a lifecycle through bare kafkajs, in four processes, without logic
 * and without Redis. The sender of the load watches orders and ends itself.
 */
export async function startKafkaPipe(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const broker = await startKafka({ lasting: true })
    endings.add(() => broker.stop())
    const kafka = new Kafka({ clientId: 'bench', brokers: [broker.brokers], logLevel: logLevel.ERROR, connectionTimeout: 5_000 })
    await createTopics(kafka)
    const outcomes = createOutcomes()
    const programs = await Promise.all(stages.map(stage => startStage(stage, broker, folder, outcomes)))
    endings.add(() => Promise.all(programs.map(program => program.stop())))
    const orders = await watch(kafka, 'orders', ({ key }) => outcomes.ordered(String(key), instantMs()))
    endings.add(() => orders.disconnect())
    const ends = await watch(kafka, 'ledger', ({ key, value }) => {
      if (stepIn(value) === lastStep) outcomes.recovered(String(key), instantMs())
    })
    endings.add(() => ends.disconnect())
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    endings.add(() => producer.disconnect())
    return {
      name: 'kafka-pipe',
      outcomes,
      submitter: () => createPipeSubmitter(producer, outcomes),
      durability: { kafka: 'one broker, acks=all, idempotent; flushed by the operating system, as Kafka’s default is' },
      processes: () => ({ engine: programs.map(({ pid }) => pid), kafka: [broker.pid] }),
      footprint: async () => ({ diskBytes: 0 }),
      stop: endings.stop,
    }
  })
}

async function createTopics(kafka: Kafka): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: true,
    topics: pipeTopics.map(topic => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
  })
  await admin.disconnect()
}

const startStage = (stage: string, { brokers }: KafkaServer, folder: string, outcomes: Outcomes): Promise<Program> =>
  startProgram({
    name: `kafka-pipe-${stage}`,
    file: fileURLToPath(new URL('kafka-pipe-program.ts', import.meta.url)),
    args: [stage, brokers],
    folder,
    outcomes,
  })

/** Resolves once the group has its partitions. */
async function watch(kafka: Kafka, topic: string, onMessage: (message: KafkaMessage) => void): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId: `bench-${topic}`, maxWaitTimeInMs: 100, minBytes: 1, maxBytesPerPartition: 262_144 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const joined = new Promise<void>(resolve => void consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => batch.messages.forEach(onMessage),
  })
  await joined
  return consumer
}

/** Messages of one turn of the event loop are sent in one request. */
function createPipeSubmitter(producer: Producer, outcomes: Outcomes): Submitter {
  const sent: SentCounts = { unique: 0, again: 0, retried: 0, failed: 0, statuses: {} }
  let waiting: Message[] = []
  let sending: Promise<unknown> = Promise.resolve()
  let underWay = 0

  function flush(): void {
    const messages = waiting
    waiting = []
    sending = producer.send({ topic: 'commands', messages, acks: -1 }).catch(error => {
      sent.failed += messages.length
      process.stderr.write(`${(error as Error).message}\n`)
    })
  }

  return {
    sent,
    get underWay() {
      return underWay
    },
    async submit(dueAtMs = instantMs()) {
      const key = `bench-${++sent.unique}`
      outcomes.submitted(key, dueAtMs)
      underWay++
      if (waiting.push({ key, value: paddedStep(1) }) === 1) setImmediate(flush)
      await new Promise(resolve => setImmediate(resolve))
      await sending
      underWay--
    },
    close: async () => {},
  }
}
