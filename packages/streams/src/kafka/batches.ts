import type { OngoingFaults } from '../ongoing-faults.ts'
import { type BackOff, createBackOff } from '../pause.ts'
import { appendBytesMax, cloudEventHeaders, type OutgoingRecord, StreamUnavailableError } from '../port.ts'
import { asKafkaError } from './faults.ts'
import type { KnownEnds } from './known-ends.ts'
import type { Identity, ProducerIdentity } from './producer-identity.ts'
import type { SentRecord } from './write-batch.ts'

/** What one caller writes in one call. */
interface Write {
  readonly records: readonly OutgoingRecord[]
  readonly weight: number
  readonly deadline: number
  resolve(offset: number): void
  reject(error: unknown): void
}

/**
 * One record batch for one partition. It is resent with the same sequence until its outcome is known or its time is up.
 */
export interface Batch {
  readonly writes: readonly Write[]
  readonly records: readonly SentRecord[]
  readonly backOff: BackOff
  /** Requests without an answer so far. */
  inFlight: number
  /** A request got no answer, or an unclear one: the records may be written, now or later. */
  isUncertain: boolean
  /** Its callers know the outcome, or know that it is unknown. */
  isReported: boolean
  /** It is not sent any more. */
  isEnded: boolean
  /** Why the last attempt failed. */
  fault: unknown
  sentAs: { identity: Identity; firstSequence: number } | undefined
  timer: NodeJS.Timeout | undefined
}

/** The queue of one partition, with one batch in flight at a time. */
export interface PartitionQueue {
  readonly topic: string
  readonly partition: number
  waiting: Write[]
  sending: Batch | undefined
  /** The sequence of the next batch, as long as the identity stays the same. */
  next: { identity: Identity; sequence: number } | undefined
}

/** The life cycle of a producer's batches. Each ends once. */
export interface Batches {
  /** Forms a batch from the waiting writes. False if one is in flight or nothing waits. */
  take(queue: PartitionQueue): boolean
  /** Assigns the batch its sequence under an identity, if it has none yet. */
  assignSequence(queue: PartitionQueue, batch: Batch, identity: Identity): void
  /** The batch is written, starting at this offset. */
  succeed(queue: PartitionQueue, batch: Batch, baseOffset: number): void
  /** The batch is not written, or its outcome can't be known. */
  fail(queue: PartitionQueue, batch: Batch, error: unknown): void
}

export interface BatchesOptions extends Pick<ProducerIdentity, 'renew'> {
  /** The time limit from the call to the outcome. */
  readonly boundMs: number
  readonly faults: Pick<OngoingFaults, 'clear'>
  readonly ends: Pick<KnownEnds, 'reached' | 'doubt'>
  /** Called when the queue can send its next batch. */
  onEnded(): void
}

const sequenceMax = 2 ** 31 - 1

export function createBatches({ boundMs, faults, ends, renew, onEnded }: BatchesOptions): Batches {
  /** Several writes share a batch. Each knows its position in it, and so its exact offset. */
  function take(queue: PartitionQueue): boolean {
    if (queue.sending || queue.waiting.length === 0) return false
    let weight = 0
    const count = queue.waiting.findIndex((write, index) => {
      weight += write.weight
      return index > 0 && weight > appendBytesMax
    })
    const writes = count === -1 ? queue.waiting : queue.waiting.slice(0, count)
    queue.waiting = count === -1 ? [] : queue.waiting.slice(count)
    const batch: Batch = {
      writes,
      records: writes.flatMap(write => write.records.map(withContentType)),
      backOff: createBackOff(50, 250),
      inFlight: 0,
      isUncertain: false,
      isReported: false,
      isEnded: false,
      fault: undefined,
      sentAs: undefined,
      timer: undefined,
    }
    const deadline = Math.min(...writes.map(write => write.deadline))
    batch.timer = setTimeout(() => onTimeout(queue, batch), Math.max(0, deadline - Date.now()))
    queue.sending = batch
    return true
  }

  function timeoutError({ topic }: PartitionQueue, { fault }: Batch): StreamUnavailableError {
    const why = fault === undefined ? '' : `: ${asKafkaError(fault).message}`
    return new StreamUnavailableError(`${topic} was not written within ${boundMs} ms${why}`, { cause: fault })
  }

  /**
   * The time of a batch is up. If it may have been written, it is resent unchanged until a broker reports the outcome.
   * Under another identity the broker could not tell it from what its caller may send again. Until then nothing else is
   * written to the partition, and its end is unknown.
   */
  function onTimeout(queue: PartitionQueue, batch: Batch): void {
    const error = timeoutError(queue, batch)
    if (batch.inFlight === 0 && !batch.isUncertain) {
      fail(queue, batch, error)
      return
    }
    ends.doubt(queue.topic, queue.partition, true)
    reject(batch, error)
    for (const write of queue.waiting.splice(0)) write.reject(inDoubt(queue))
  }

  function reject(batch: Batch, error: unknown): void {
    batch.isReported = true
    for (const write of batch.writes) write.reject(error)
  }

  function end(queue: PartitionQueue, batch: Batch): boolean {
    if (batch.isEnded) return false
    batch.isEnded = true
    clearTimeout(batch.timer)
    queue.sending = undefined
    if (batch.isReported) ends.doubt(queue.topic, queue.partition, false)
    onEnded()
    return true
  }

  function succeed(queue: PartitionQueue, batch: Batch, baseOffset: number): void {
    ends.reached(queue.topic, queue.partition, baseOffset + batch.records.length)
    if (!end(queue, batch)) return
    faults.clear(queue)
    let offset = baseOffset
    for (const write of batch.writes) {
      write.resolve(offset)
      offset += write.records.length
    }
  }

  /**
   * A failed batch used sequence numbers that the broker may not have seen, so the next one starts under a new
   * identity.
   */
  function fail(queue: PartitionQueue, batch: Batch, error: unknown): void {
    if (!end(queue, batch)) return
    if (batch.sentAs) renew(batch.sentAs.identity)
    reject(batch, error)
  }

  function assignSequence(queue: PartitionQueue, batch: Batch, identity: Identity): void {
    if (batch.sentAs) return
    const firstSequence = queue.next?.identity === identity ? queue.next.sequence : 0
    batch.sentAs = { identity, firstSequence }
    queue.next = { identity, sequence: firstSequence + batch.records.length }
    // The broker wraps at 2^31. Starting under a new identity is simpler to get right.
    if (queue.next.sequence > sequenceMax - 1_000_000) renew(identity)
  }

  return { take, assignSequence, succeed, fail }
}

/** Why a partition temporarily accepts no writes. */
export const inDoubt = ({ topic }: PartitionQueue): StreamUnavailableError =>
  new StreamUnavailableError(`the outcome of an earlier write to ${topic} is still unknown`)

const withContentType = ({ key, value, headers }: OutgoingRecord): SentRecord => ({
  key,
  value,
  headers: headers ? { ...cloudEventHeaders, ...headers } : cloudEventHeaders,
})
