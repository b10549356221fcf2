import { type EachBatchPayload, Kafka, logLevel, type Message } from 'kafkajs'
import { reportStarted, serveLoadProcess } from '../src/program-side.ts'
import { followedBy, type PipeTopic, paddedStep, stepIn } from './kafka-pipe-steps.ts'

// One of the four stages of the bare pipe: reads its topics and sends the next messages, a batch at a time.

const [stage = '', brokers = ''] = process.argv.slice(2)
const reads: Readonly<Record<string, readonly PipeTopic[]>> = {
  ledger: ['commands'],
  validation: ['ledger'],
  dispatch: ['ledger', 'answers'],
  bank: ['orders'],
}

const kafka = new Kafka({ clientId: stage, brokers: [brokers], logLevel: logLevel.ERROR, connectionTimeout: 5_000 })
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
const consumer = kafka.consumer({ groupId: stage, maxWaitTimeInMs: 100, minBytes: 1, maxBytesPerPartition: 262_144 })
/** The broker permanently refuses a produce request above 1 MB. */
const messagesMax = 400

async function onBatch({ batch, heartbeat }: EachBatchPayload): Promise<void> {
  const following = new Map<string, Message[]>()
  for (const { key, value } of batch.messages)
    for (const [topic, step] of followedBy(stage, batch.topic, stepIn(value)))
      following.set(topic, [...(following.get(topic) ?? []), { key, value: paddedStep(step) }])
  for (const [topic, messages] of following)
    for (let from = 0; from < messages.length; from += messagesMax)
      await producer.send({ topic, messages: messages.slice(from, from + messagesMax), acks: -1 })
  await heartbeat()
}

await producer.connect()
await consumer.connect()
await consumer.subscribe({ topics: [...(reads[stage] ?? [])], fromBeginning: true })
const joined = new Promise<void>(resolve => void consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
await consumer.run({ partitionsConsumedConcurrently: 4, autoCommitInterval: 1_000, eachBatch: onBatch })
await joined
serveLoadProcess({ stop: () => Promise.all([consumer.disconnect(), producer.disconnect()]) })
reportStarted('')
