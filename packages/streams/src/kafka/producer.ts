import type { StreamsLog } from '../log.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { pause } from '../pause.ts'
import { type OutgoingRecord, RecordTooLargeError, recordSize, StreamUnavailableError } from '../port.ts'
import { type Batch, createBatches, inDoubt, type PartitionQueue } from './batches.ts'
import { type KafkaConnection, leaderOf } from './connection.ts'
import { asKafkaError, isLastingAnswer, isNotWritten, isOfType, isOutOfStep, isStaleMetadata, unavailable } from './faults.ts'
import type { KafkaCluster } from './kafkajs-shapes.ts'
import type { KnownEnds } from './known-ends.ts'
import { createProducerIdentity } from './producer-identity.ts'

export interface Producer {
  /**
   * Writes the records without gaps and resolves with the offset of the first. They must not exceed `appendBytesMax`
   * together. Writes to one partition keep the order of the calls.
   */
  write(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<number>
  close(): Promise<void>
}

export interface ProducerOptions {
  /** Closed with the producer. */
  readonly connection: KafkaConnection
  /**
   * The time limit from the call to the outcome; then it rejects with StreamUnavailableError. If the records may still
   * be written, `ends` marks the partition as in doubt.
   */
  readonly boundMs: number
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
}

/** The most bytes that may wait over all partitions. Beyond it a call fails at once, so that memory does not grow. */
const waitingBytesMax = 64 * 1024 * 1024

/**
 * An idempotent producer (acks of all in-sync replicas) with one batch in flight per partition. What is queued
 * meanwhile is sent together in the next batch.
 * kafkajs's producer is not used. It reuses the sequence numbers of a failed batch for the next one, which the broker
 * may then drop as a duplicate. It reports only one error for several partitions, and copies all records for each
 * record.
 */
export function createProducer({ connection, boundMs, log, faults, ends }: ProducerOptions): Producer {
  const closing = new AbortController()
  const { identify, renew } = createProducerIdentity(connection)
  const batches = createBatches({ boundMs, faults, ends, renew, onEnded: schedule })
  const queues = new Map<string, PartitionQueue>()
  const unsettled = new Set<Promise<number>>()
  let waitingBytes = 0
  let scheduled = false

  function write(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<number> {
    if (closing.signal.aborted) return Promise.reject(new StreamUnavailableError('the streams are closed'))
    const weight = records.reduce((sum, record) => sum + recordSize(record), 0)
    if (waitingBytes + weight > waitingBytesMax) {
      return Promise.reject(new StreamUnavailableError(`more than ${waitingBytesMax} bytes wait to be written`))
    }
    const name = `${partition} ${topic}`
    const queue = queues.get(name) ?? { topic, partition, waiting: [], sending: undefined, next: undefined }
    queues.set(name, queue)
    if (queue.sending?.isReported) return Promise.reject(inDoubt(queue))
    waitingBytes += weight
    const written = new Promise<number>((resolve, reject) => {
      queue.waiting.push({ records, weight, deadline: Date.now() + boundMs, resolve, reject })
      schedule()
    }).finally(() => {
      waitingBytes -= weight
      unsettled.delete(written)
    })
    unsettled.add(written)
    return written
  }

  /** Sends after the current event-loop turn, so that all its writes share one request. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const ready = [...queues.values()].filter(batches.take)
      if (ready.length > 0) void send(ready)
    })
  }

  async function send(sent: readonly PartitionQueue[]): Promise<void> {
    let current = sent.flatMap(queue => (queue.sending ? [{ queue, batch: queue.sending }] : []))
    const refusals = new Map<Batch, unknown>()
    let fault: unknown
    try {
      const identity = await identify()
      // Batches that timed out before they were sent are already reported as failed, so they must not be written.
      current = current.filter(({ batch }) => !batch.isEnded)
      for (const { queue, batch } of current) batches.assignSequence(queue, batch, identity)
      const topics = [...new Set(sent.map(queue => queue.topic))]
      await connection.use(topics, async cluster => {
        const byLeader = Map.groupBy(current, ({ queue }) => leaderOf(cluster, queue.topic, queue.partition))
        const requests = await Promise.allSettled([...byLeader].map(([nodeId, group]) => sendTo(cluster, nodeId, group, refusals)))
        const failed = requests.find(request => request.status === 'rejected')
        if (failed) throw failed.reason
        // Thrown so that the metadata is refreshed.
        const stale = [...refusals.values()].find(isStaleMetadata)
        if (stale) throw stale
      })
    } catch (error) {
      fault = error
    }
    for (const { queue, batch } of current) {
      if (batch.isEnded) continue
      // An unanswered partition may be another one's fault, so each is retried by itself.
      const isItsOwn = refusals.has(batch) || current.length === 1
      void handleFailure(queue, batch, refusals.get(batch) ?? fault, isItsOwn)
    }
  }

  async function sendTo(
    cluster: KafkaCluster,
    nodeId: string,
    group: readonly { queue: PartitionQueue; batch: Batch }[],
    refusals: Map<Batch, unknown>,
  ): Promise<void> {
    const broker = await cluster.findBroker({ nodeId })
    const unfinished = group.filter(({ batch }) => !batch.isEnded)
    // A request carries one identity, and resent batches keep theirs.
    for (const same of Map.groupBy(unfinished, ({ batch }) => batch.sentAs?.identity).values()) {
      const identity = same[0]?.batch.sentAs?.identity
      if (!identity) continue
      const topicData = [...Map.groupBy(same, ({ queue }) => queue.topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ queue, batch }) => ({
          partition: queue.partition,
          firstSequence: batch.sentAs?.firstSequence ?? 0,
          records: batch.records,
        })),
      }))
      for (const { batch } of same) batch.inFlight += 1
      const answers = await broker
        .produceEach({ ...identity, acks: -1, timeout: boundMs, topicData })
        .catch(error => {
          for (const { batch } of same) batch.isUncertain = true
          throw error
        })
        .finally(() => {
          for (const { batch } of same) batch.inFlight -= 1
        })
      const answerOf = new Map(answers.map(answer => [`${answer.partition} ${answer.topic}`, answer]))
      for (const { queue, batch } of same) {
        const answer = answerOf.get(`${queue.partition} ${queue.topic}`)
        const refusal = answer ? answer.error : new Error(`the broker's answer lacks partition ${queue.partition} of ${queue.topic}`)
        if (answer && !refusal) batches.succeed(queue, batch, answer.baseOffset)
        else {
          refusals.set(batch, refusal)
          if (!isNotWritten(refusal)) batch.isUncertain = true
        }
      }
    }
  }

  async function handleFailure(queue: PartitionQueue, batch: Batch, error: unknown, isItsOwn: boolean): Promise<void> {
    batch.fault = error
    if (isItsOwn && isLastingAnswer(error)) return batches.fail(queue, batch, lastingFault(queue, error))
    faults.note(queue, `partition ${queue.partition} of ${queue.topic} has not been written`, error)
    if (isItsOwn && isOutOfStep(error)) {
      // Trap: in kafkajs an idempotent producer that lost its sequence never recovers. If nothing can have been
      // written, one more attempt under a new identity is safe.
      log.warn(
        { topic: queue.topic, partition: queue.partition, type: asKafkaError(error).type },
        'Producer lost its sequence; continuing under a new identity',
      )
      if (batch.sentAs) renew(batch.sentAs.identity)
      if (batch.isUncertain) return batches.fail(queue, batch, unavailable(`the outcome of a write to ${queue.topic} is unknown`, error))
      batch.sentAs = undefined
    }
    await pause(batch.backOff.next(), closing.signal)
    if (closing.signal.aborted)
      return batches.fail(queue, batch, unavailable(`${queue.topic} was not written before the streams closed`, error))
    if (!batch.isEnded) await send([queue])
  }

  return {
    write,
    async close() {
      closing.abort()
      // Batches in flight get their answer; nothing is retried and no new write is accepted.
      await Promise.allSettled(unsettled)
      await connection.close()
    },
  }
}

function lastingFault(queue: PartitionQueue, error: unknown): Error {
  const tooLarge = isOfType(error, 'MESSAGE_TOO_LARGE') || isOfType(error, 'RECORD_LIST_TOO_LARGE')
  const message = `partition ${queue.partition} of ${queue.topic} refused the records: ${asKafkaError(error).message}`
  return tooLarge ? new RecordTooLargeError(message, { cause: error }) : new Error(message, { cause: error })
}
