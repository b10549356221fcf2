import type { OngoingFaults } from '../ongoing-faults.ts'
import { type BackOff, createBackOff } from '../pause.ts'
import { appendBytesMax, cloudEventHeaders, type OutgoingRecord, StreamUnavailableError } from '../port.ts'
import { asKafkaError } from './faults.ts'
import type { KnownEnds } from './known-ends.ts'
import type { Identity, ProducerIdentity } from './producer-identity.ts'
import type { SentRecord } from './write-batch.ts'

/** What one caller writes, in one go. */
interface Run {
  readonly records: readonly OutgoingRecord[]
  readonly weight: number
  readonly deadline: number
  resolve(offset: number): void
  reject(error: unknown): void
}

/** What is sent of one partition as one record batch, again and again with the same sequence until its outcome is known or it is too late. */
export interface Batch {
  readonly runs: readonly Run[]
  readonly records: readonly SentRecord[]
  readonly backOff: BackOff
  /** Requests without an answer so far. */
  underWay: number
  /** True where a request had no answer, or one that does not say: the records may be written, and may still be written later. */
  uncertain: boolean
  /** Its callers know what became of it, or that its time is up. */
  told: boolean
  /** It is not sent any more. */
  ended: boolean
  /** Why it was not written the last time. */
  fault: unknown
  sentAs: { identity: Identity; firstSequence: number } | undefined
  timer: NodeJS.Timeout | undefined
}

/** What goes to one partition: one batch at a time. */
export interface Lane {
  readonly topic: string
  readonly partition: number
  waiting: Run[]
  sending: Batch | undefined
  /** The sequence that the next batch gets, for as long as the identity is this one. */
  next: { identity: Identity; sequence: number } | undefined
}

/** What becomes of the batches of a producer. Each ends once. */
export interface Batches {
  /** Makes a batch of what waits in the lane. False where one is under way, or nothing waits. */
  take(lane: Lane): boolean
  /** Gives the batch its sequence under an identity, where it has none yet. */
  number(lane: Lane, batch: Batch, identity: Identity): void
  /** It is written, from this offset on. */
  succeed(lane: Lane, batch: Batch, baseOffset: number): void
  /** It is not written, or nobody can know. */
  fail(lane: Lane, batch: Batch, error: unknown): void
}

export interface BatchesOptions extends Pick<ProducerIdentity, 'renew'> {
  /** From the call to the outcome. */
  readonly boundMs: number
  readonly faults: Pick<OngoingFaults, 'clear'>
  readonly ends: Pick<KnownEnds, 'reached' | 'doubt'>
  /** Called when a lane has room for the next batch. */
  onEnded(): void
}

const sequenceMax = 2 ** 31 - 1

export function createBatches({ boundMs, faults, ends, renew, onEnded }: BatchesOptions): Batches {
  /** Several runs share a batch; each knows its place in it, so none has to guess its offset. */
  function take(lane: Lane): boolean {
    if (lane.sending || lane.waiting.length === 0) return false
    let weight = 0
    const count = lane.waiting.findIndex((run, index) => {
      weight += run.weight
      return index > 0 && weight > appendBytesMax
    })
    const runs = count === -1 ? lane.waiting : lane.waiting.slice(0, count)
    lane.waiting = count === -1 ? [] : lane.waiting.slice(count)
    const batch: Batch = {
      runs,
      records: runs.flatMap(run => run.records.map(withContentType)),
      backOff: createBackOff(50, 250),
      underWay: 0,
      uncertain: false,
      told: false,
      ended: false,
      fault: undefined,
      sentAs: undefined,
      timer: undefined,
    }
    const deadline = Math.min(...runs.map(run => run.deadline))
    batch.timer = setTimeout(() => giveUp(lane, batch), Math.max(0, deadline - Date.now()))
    lane.sending = batch
    return true
  }

  function tooLate({ topic }: Lane, { fault }: Batch): StreamUnavailableError {
    const why = fault === undefined ? '' : `: ${asKafkaError(fault).message}`
    return new StreamUnavailableError(`${topic} was not written within ${boundMs} ms${why}`, { cause: fault })
  }

  /**
   * The time of a batch is up. One that may be written, now or later, goes on being sent as it was, until a broker says what became of it: under another identity nothing would tell it from
   * what its caller may send instead. Until then nothing else is written to the partition, and nobody is told where it ends.
   */
  function giveUp(lane: Lane, batch: Batch): void {
    const error = tooLate(lane, batch)
    if (batch.underWay === 0 && !batch.uncertain) {
      fail(lane, batch, error)
      return
    }
    ends.doubt(lane.topic, lane.partition, true)
    reject(batch, error)
    for (const run of lane.waiting.splice(0)) run.reject(inDoubt(lane))
  }

  function reject(batch: Batch, error: unknown): void {
    batch.told = true
    for (const run of batch.runs) run.reject(error)
  }

  function end(lane: Lane, batch: Batch): boolean {
    if (batch.ended) return false
    batch.ended = true
    clearTimeout(batch.timer)
    lane.sending = undefined
    if (batch.told) ends.doubt(lane.topic, lane.partition, false)
    onEnded()
    return true
  }

  function succeed(lane: Lane, batch: Batch, baseOffset: number): void {
    ends.reached(lane.topic, lane.partition, baseOffset + batch.records.length)
    if (!end(lane, batch)) return
    faults.clear(lane)
    let offset = baseOffset
    for (const run of batch.runs) {
      run.resolve(offset)
      offset += run.records.length
    }
  }

  /** A batch that fails took sequence numbers with it, and the broker may not have them: the next one starts under a new identity. */
  function fail(lane: Lane, batch: Batch, error: unknown): void {
    if (!end(lane, batch)) return
    if (batch.sentAs) renew(batch.sentAs.identity)
    reject(batch, error)
  }

  function number(lane: Lane, batch: Batch, identity: Identity): void {
    if (batch.sentAs) return
    const firstSequence = lane.next?.identity === identity ? lane.next.sequence : 0
    batch.sentAs = { identity, firstSequence }
    lane.next = { identity, sequence: firstSequence + batch.records.length }
    // The broker counts round at 2^31; starting again under a new identity is simpler to be sure of.
    if (lane.next.sequence > sequenceMax - 1_000_000) renew(identity)
  }

  return { take, number, succeed, fail }
}

/** Why nothing is taken for a partition for a while. */
export const inDoubt = ({ topic }: Lane): StreamUnavailableError =>
  new StreamUnavailableError(`whether what ${topic} was given before is written is not known yet`)

const withContentType = ({ key, value, headers }: OutgoingRecord): SentRecord => ({
  key,
  value,
  headers: headers ? { ...cloudEventHeaders, ...headers } : cloudEventHeaders,
})
