import type { StreamsLog } from '../log.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { pause } from '../pause.ts'
import { type OutgoingRecord, RecordTooLargeError, StreamUnavailableError, weightOf } from '../port.ts'
import { type Batch, createBatches, inDoubt, type Lane } from './batches.ts'
import { type KafkaConnection, leaderOf } from './connection.ts'
import { asKafkaError, isLastingAnswer, isNotWritten, isOfType, isOutOfStep, isStaleMetadata, unavailable } from './faults.ts'
import type { KafkaCluster } from './kafkajs-shapes.ts'
import type { KnownEnds } from './known-ends.ts'
import { createProducerIdentity } from './producer-identity.ts'

export interface Producer {
  /**
   * Writes the records as one unbroken run and resolves with the offset of the first. They must not weigh more than `appendBytesMax`. Runs of one
   * partition are written in the order of the calls.
   */
  write(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<number>
  close(): Promise<void>
}

export interface ProducerOptions {
  /** Closed with the producer. */
  readonly connection: KafkaConnection
  /** From the call to the outcome; then StreamUnavailableError, and where the records may be written all the same, so long as that is not known, `ends` has the partition in doubt. */
  readonly boundMs: number
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
}

/** The most that may wait, over all partitions: beyond it a caller is told at once instead of memory growing. */
const waitingBytesMax = 64 * 1024 * 1024

/**
 * An idempotent producer (acks of all in-sync replicas) with one batch under way per partition: what is queued meanwhile goes out together in the next.
 * Written on kafkajs's protocol and not on its producer. That one gives the sequence numbers of a batch that failed to the next one, which the broker then
 * may take for a repetition and drop; it tells of one answer where several partitions were sent; and it copies all records for each record.
 */
export function createProducer({ connection, boundMs, log, faults, ends }: ProducerOptions): Producer {
  const closing = new AbortController()
  const { identify, renew } = createProducerIdentity(connection)
  const batches = createBatches({ boundMs, faults, ends, renew, onEnded: schedule })
  const lanes = new Map<string, Lane>()
  const unsettled = new Set<Promise<number>>()
  let waitingBytes = 0
  let scheduled = false

  function write(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<number> {
    if (closing.signal.aborted) return Promise.reject(new StreamUnavailableError('the streams are closed'))
    const weight = records.reduce((sum, record) => sum + weightOf(record), 0)
    if (waitingBytes + weight > waitingBytesMax) {
      return Promise.reject(new StreamUnavailableError(`more than ${waitingBytesMax} bytes wait to be written`))
    }
    const name = `${partition} ${topic}`
    const lane = lanes.get(name) ?? { topic, partition, waiting: [], sending: undefined, next: undefined }
    lanes.set(name, lane)
    if (lane.sending?.told) return Promise.reject(inDoubt(lane))
    waitingBytes += weight
    const written = new Promise<number>((resolve, reject) => {
      lane.waiting.push({ records, weight, deadline: Date.now() + boundMs, resolve, reject })
      schedule()
    }).finally(() => {
      waitingBytes -= weight
      unsettled.delete(written)
    })
    unsettled.add(written)
    return written
  }

  /** At the end of the turn, so that all writes of the turn share one request. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const ready = [...lanes.values()].filter(batches.take)
      if (ready.length > 0) void send(ready)
    })
  }

  async function send(sent: readonly Lane[]): Promise<void> {
    let current = sent.flatMap(lane => (lane.sending ? [{ lane, batch: lane.sending }] : []))
    const refusals = new Map<Batch, unknown>()
    let fault: unknown
    try {
      const identity = await identify()
      // Those whose time is up have been told so, and must not be written after all.
      current = current.filter(({ batch }) => !batch.ended)
      for (const { lane, batch } of current) batches.number(lane, batch, identity)
      const topics = [...new Set(sent.map(lane => lane.topic))]
      await connection.use(topics, async cluster => {
        const byLeader = Map.groupBy(current, ({ lane }) => leaderOf(cluster, lane.topic, lane.partition))
        const requests = await Promise.allSettled([...byLeader].map(([nodeId, group]) => sendTo(cluster, nodeId, group, refusals)))
        const failed = requests.find(request => request.status === 'rejected')
        if (failed) throw failed.reason
        // So that the leaders are asked for again.
        const stale = [...refusals.values()].find(isStaleMetadata)
        if (stale) throw stale
      })
    } catch (error) {
      fault = error
    }
    for (const { lane, batch } of current) {
      if (batch.ended) continue
      // What was not answered for this partition may be the fault of another one: each tries again by itself.
      const isItsOwn = refusals.has(batch) || current.length === 1
      void again(lane, batch, refusals.get(batch) ?? fault, isItsOwn)
    }
  }

  async function sendTo(
    cluster: KafkaCluster,
    nodeId: string,
    group: readonly { lane: Lane; batch: Batch }[],
    refusals: Map<Batch, unknown>,
  ): Promise<void> {
    const broker = await cluster.findBroker({ nodeId })
    const open = group.filter(({ batch }) => !batch.ended)
    // A request carries one identity, and batches that are sent again keep the one they had.
    for (const same of Map.groupBy(open, ({ batch }) => batch.sentAs?.identity).values()) {
      const identity = same[0]?.batch.sentAs?.identity
      if (!identity) continue
      const topicData = [...Map.groupBy(same, ({ lane }) => lane.topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ lane, batch }) => ({
          partition: lane.partition,
          firstSequence: batch.sentAs?.firstSequence ?? 0,
          records: batch.records,
        })),
      }))
      for (const { batch } of same) batch.underWay += 1
      const answers = await broker
        .produceEach({ ...identity, acks: -1, timeout: boundMs, topicData })
        .catch(error => {
          for (const { batch } of same) batch.uncertain = true
          throw error
        })
        .finally(() => {
          for (const { batch } of same) batch.underWay -= 1
        })
      const answerOf = new Map(answers.map(answer => [`${answer.partition} ${answer.topic}`, answer]))
      for (const { lane, batch } of same) {
        const answer = answerOf.get(`${lane.partition} ${lane.topic}`)
        const refusal = answer ? answer.error : new Error(`the broker said nothing of partition ${lane.partition} of ${lane.topic}`)
        if (answer && !refusal) batches.succeed(lane, batch, answer.baseOffset)
        else {
          refusals.set(batch, refusal)
          if (!isNotWritten(refusal)) batch.uncertain = true
        }
      }
    }
  }

  async function again(lane: Lane, batch: Batch, error: unknown, isItsOwn: boolean): Promise<void> {
    batch.fault = error
    if (isItsOwn && isLastingAnswer(error)) return batches.fail(lane, batch, lastingFault(lane, error))
    faults.note(lane, `partition ${lane.partition} of ${lane.topic} has not been written`, error)
    if (isItsOwn && isOutOfStep(error)) {
      // Trap: an idempotent producer that got out of step never recovers in kafkajs. If nothing can have been written, a new identity may try once more.
      log.warn(
        { topic: lane.topic, partition: lane.partition, type: asKafkaError(error).type },
        'the producer starts again under a new identity',
      )
      if (batch.sentAs) renew(batch.sentAs.identity)
      if (batch.uncertain) return batches.fail(lane, batch, unavailable(`whether ${lane.topic} was written is unknown`, error))
      batch.sentAs = undefined
    }
    await pause(batch.backOff.next(), closing.signal)
    if (closing.signal.aborted)
      return batches.fail(lane, batch, unavailable(`${lane.topic} was not written before the streams closed`, error))
    if (!batch.ended) await send([lane])
  }

  return {
    write,
    async close() {
      closing.abort()
      // What is under way gets its answer; nothing is tried again and nothing new is taken.
      await Promise.allSettled(unsettled)
      await connection.close()
    },
  }
}

function lastingFault(lane: Lane, error: unknown): Error {
  const tooLarge = isOfType(error, 'MESSAGE_TOO_LARGE') || isOfType(error, 'RECORD_LIST_TOO_LARGE')
  const message = `partition ${lane.partition} of ${lane.topic} refused the records: ${asKafkaError(error).message}`
  return tooLarge ? new RecordTooLargeError(message, { cause: error }) : new Error(message, { cause: error })
}
