import { paymentStop } from '@holdfast/payment-stop'
import type { Profiles } from '@holdfast/payment-stop/law'
import { assess, type ParentRequest } from '@holdfast/payment-stop/rules'
import {
  type AppliedBatch,
  type AppliedFact,
  assertReadable,
  type OpenPartitions,
  type Parking,
  readDocument,
  type SkippedRecords,
  StateLostError,
} from '@holdfast/request-state'
import type { Clock, Logger } from '@holdfast/runtime'
import { type Command, documentOf, type Fact, type FreezeRequest, isErased, topics } from '@holdfast/schemas'
import type { OpenPayments, PaymentMatch, SnapshotStore } from '@holdfast/stores'
import {
  type Assignment,
  attempt,
  createSerialQueue,
  type PartitionWorker,
  recordOf,
  type StreamRecord,
  type Streams,
} from '@holdfast/streams'
import type { EngineSecret } from '@holdfast/trust'
import { commandFor } from './command-for.ts'
import { openPartition } from './open-partition.ts'
import { type FindRequest, findRequests, linkFor, parentOf } from './other-requests.ts'
import { claimsOf } from './payment-changes.ts'
import { isToBeAssessed, type RequestState } from './state-definition.ts'

export interface ValidationDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly openStates: OpenPartitions<RequestState, Fact>
  readonly openPayments: OpenPayments
  readonly parking: Parking
  readonly profiles: Profiles
  readonly secret: EngineSecret
  readonly clock: Clock
  readonly log: Logger
}

type Step = AppliedFact<RequestState, Fact>

/** A fact whose request must be assessed, with all data for the rules except the match of its payment. */
interface Unassessed {
  readonly step: Step
  readonly request: FreezeRequest
  readonly parent: ParentRequest | 'unknown' | undefined
}

const checkMs = 1000

/** Processes one ledger partition: assesses every new document, and maintains the index of open payments (V12). */
export async function validatePartition(deps: ValidationDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { partitionState, payments } = await openPartition({ ...deps, parking, partition, signal, until: committed })
  deps.openStates.set(partition, partitionState)

  // Batches and checks run one at a time, because each needs the partition after the one before.
  const serialQueue = createSerialQueue()

  async function validate(records: readonly StreamRecord[]): Promise<void> {
    await processBatch(await partitionState.apply(records), Math.max(partitionState.position, (records.at(-1)?.offset ?? 0) + 1))
  }

  async function processBatch(batch: AppliedBatch<RequestState, Fact>, to: number): Promise<void> {
    if (!batch.accepted.some(step => claimsOf(step).length > 0)) return moveOn(batch, to)
    const find = findRequests(streams, deps.store, deps.openStates, new Map(batch.accepted.map(({ fact, state }) => [fact.subject, state])))
    // Parents first: a successful claim proves that every partition was complete, so a parent that was not found does
    // not exist.
    const unassessed = await documentsIn(batch, find)
    const matches = await payments.claim({ from: partitionState.position, to, changes: batch.accepted.flatMap(claimsOf) })
    const commands: Command[] = []
    for (const [index, each] of unassessed.entries()) {
      const answer = await attempt(() => answerTo(each, matches[index], find))
      if (answer.ok) commands.push(answer.value)
      else await batch.park(each.step, answer.fault)
    }
    if (commands.length > 0)
      await streams.publish(
        topics.commands.name,
        commands.map(command => recordOf(command.subject, command)),
        { within: assignment },
      )
    await batch.save()
  }

  let isClosed = false

  /** Assesses the facts of a parked request that were left out. If that throws again, the request stays parked. */
  async function redrive(requestId: string, leftOut: SkippedRecords): Promise<void> {
    if (isClosed || !parking.has(requestId)) return
    const batch = await partitionState.applySkipped(requestId, leftOut)
    await processBatch(batch, partitionState.position)
    if (batch.parked.has(requestId)) return
    await parking.release(requestId)
    log.info({ partition, requestId }, 'Request is no longer parked')
  }

  /** Moves index and state on together in one round trip: an index left behind would look like an older backup. */
  async function moveOn(batch: AppliedBatch<RequestState, Fact>, to: number): Promise<void> {
    const moved = await Promise.allSettled([payments.claim({ from: partitionState.position, to, changes: [] }), batch.save()])
    for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
  }

  async function documentsIn(batch: AppliedBatch<RequestState, Fact>, find: FindRequest): Promise<Unassessed[]> {
    const found: Unassessed[] = []
    // Erased documents are not assessed: their requests have ended.
    for (const step of batch.accepted.filter(({ fact }) => isToBeAssessed(fact) && !isErased(fact.data))) {
      const read = await attempt(async () => {
        assertReadable(step.fact)
        const request = documentOf(step.fact) ?? (await lastDocumentOf(step))
        return { step, request, parent: await parentOf(request, find) }
      })
      if (read.ok) found.push(read.value)
      else await batch.park(step, read.fault)
    }
    return found
  }

  /** A request that is reopened without a document is assessed by its latest one. */
  const lastDocumentOf = ({ fact, state }: Step): Promise<FreezeRequest> =>
    readDocument(streams, paymentStop, partition, state.documentAt, fact.subject)

  async function answerTo({ step, request, parent }: Unassessed, standing: PaymentMatch | undefined, find: FindRequest): Promise<Command> {
    const { fact } = step
    const holder = standing?.representative ?? fact.subject
    const linkedTo = await linkFor(request, standing?.linkedTo, find)
    const assessment = assess(request, {
      // The fact's time and not the clock's, so that a repeat has the same verdict.
      at: new Date(fact.time),
      profiles: deps.profiles,
      ...(holder !== fact.subject && { duplicateOf: holder }),
      ...(linkedTo !== undefined && { linkedTo }),
      ...(parent !== undefined && { parent }),
      destinationId: step.state.account,
      legalBasisIndex: step.state.law,
    })
    log.debug({ requestId: fact.subject, factId: fact.id, verdict: assessment.verdict }, 'Request assessed')
    return commandFor(fact, assessment, deps.clock.now(), holder)
  }

  /**
   * A partition without traffic detects here that the store has lost its open payments, for which all other partitions
   * wait.
   */
  async function check(): Promise<void> {
    if (signal.aborted || (await payments.isComplete(partitionState.position))) return
    assignment.reopen(new StateLostError(`partition ${partition}: the store has lost the open payments`))
  }

  parking.onRedrive(async requestId => {
    const leftOut = await partitionState.readSkipped(requestId)
    await serialQueue.run(() => redrive(requestId, leftOut))
  }, assignment.reopen)

  const timer = setInterval(() => {
    serialQueue.run(check).catch(error => {
      if (!signal.aborted) log.warn({ partition, err: error }, 'Check of the open payments failed; retrying at the next interval')
    })
  }, checkMs)

  return {
    onBatch: records => serialQueue.run(() => validate(records)),
    async close() {
      isClosed = true
      clearInterval(timer)
      parking.close()
      await serialQueue.ended()
      if (deps.openStates.get(partition) === partitionState) deps.openStates.delete(partition)
      await partitionState.close()
    },
  }
}
