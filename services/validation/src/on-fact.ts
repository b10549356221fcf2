import {
  assertReadable,
  type FoldedBatch,
  type FoldedFact,
  type LeftOut,
  type OpenFolds,
  type Parking,
  readDocument,
  StateLostError,
} from '@holdfast/folds'
import type { Profiles } from '@holdfast/profiles'
import { assess, type ParentRequest } from '@holdfast/rules'
import type { Clock, Logger } from '@holdfast/runtime'
import { type Command, documentOf, type FreezeRequest, isErased, topics } from '@holdfast/schemas'
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
import { isToBeAssessed, type RequestState } from './request-fold.ts'

export interface ValidationDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly folds: OpenFolds<RequestState>
  readonly openPayments: OpenPayments
  readonly parking: Parking
  readonly profiles: Profiles
  readonly secret: EngineSecret
  readonly clock: Clock
  readonly log: Logger
}

type Step = FoldedFact<RequestState>

/** A fact whose request has to be assessed, with all but the payment's standing that a rule may know. */
interface Unassessed {
  readonly step: Step
  readonly request: FreezeRequest
  readonly parent: ParentRequest | 'unknown' | undefined
}

const lookEveryMs = 1000

/** Reads one ledger partition: assesses every document that is new, and keeps which open requests stand for which payment (V12). */
export async function validatePartition(deps: ValidationDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { fold, payments } = await openPartition({ ...deps, parking, partition, signal, until: committed })
  deps.folds.set(partition, fold)

  // Batches and looks take turns: each of them needs the partition as the one before left it.
  const turns = createSerialQueue()

  async function validate(records: readonly StreamRecord[]): Promise<void> {
    await workOn(await fold.take(records), Math.max(fold.position, (records.at(-1)?.offset ?? 0) + 1))
  }

  async function workOn(batch: FoldedBatch<RequestState>, to: number): Promise<void> {
    if (!batch.accepted.some(step => claimsOf(step).length > 0)) return moveOn(batch, to)
    const find = findRequests(streams, deps.store, deps.folds, new Map(batch.accepted.map(({ fact, state }) => [fact.subject, state])))
    // Parents first: once a payment is claimed every partition was complete, so a parent that was not found is not merely forgotten.
    const unassessed = await documentsIn(batch, find)
    const standings = await payments.claim({ from: fold.position, to, changes: batch.accepted.flatMap(claimsOf) })
    const commands: Command[] = []
    for (const [index, each] of unassessed.entries()) {
      const answer = await attempt(() => answerTo(each, standings[index], find))
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

  /** What of a parked request was left out is assessed now; where that throws again, it stays parked. */
  async function redrive(requestId: string, leftOut: LeftOut): Promise<void> {
    if (isClosed || !parking.has(requestId)) return
    const batch = await fold.retake(requestId, leftOut)
    await workOn(batch, fold.position)
    if (batch.parked.has(requestId)) return
    await parking.release(requestId)
    log.info({ partition, requestId }, 'is no longer parked')
  }

  /** Index and fold move on together, in one round trip: were the index left behind, it would pass for an old copy. */
  async function moveOn(batch: FoldedBatch<RequestState>, to: number): Promise<void> {
    const moved = await Promise.allSettled([payments.claim({ from: fold.position, to, changes: [] }), batch.save()])
    for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
  }

  async function documentsIn(batch: FoldedBatch<RequestState>, find: FindRequest): Promise<Unassessed[]> {
    const found: Unassessed[] = []
    // Of what was destroyed nothing is assessed any more: the request has ended.
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

  /** A request that is reopened without a document is assessed on the one it had. */
  const lastDocumentOf = ({ fact, state }: Step): Promise<FreezeRequest> => readDocument(streams, partition, state.documentAt, fact.subject)

  async function answerTo({ step, request, parent }: Unassessed, standing: PaymentMatch | undefined, find: FindRequest): Promise<Command> {
    const { fact } = step
    const holder = standing?.standing ?? fact.subject
    const linkedTo = await linkFor(request, standing?.linkedTo, find)
    const assessment = assess(request, {
      // The time of the fact, not of the clock, so that assessing again finds the same.
      at: new Date(fact.time),
      profiles: deps.profiles,
      ...(holder !== fact.subject && { duplicateOf: holder }),
      ...(linkedTo !== undefined && { linkedTo }),
      ...(parent !== undefined && { parent }),
      place: step.state.place,
      law: step.state.law,
    })
    log.debug({ requestId: fact.subject, factId: fact.id, verdict: assessment.verdict }, 'assessed')
    return commandFor(fact, assessment, deps.clock.now(), holder)
  }

  /** A partition without traffic notices here that the store has lost its open payments, for which every other one waits. */
  async function look(): Promise<void> {
    if (signal.aborted || (await payments.isComplete(fold.position))) return
    assignment.reopen(new StateLostError(`partition ${partition}: the open payments are not where they were left`))
  }

  parking.onRedrive(async requestId => {
    const leftOut = await fold.readLeftOut(requestId)
    await turns.take(() => redrive(requestId, leftOut))
  }, assignment.reopen)

  const timer = setInterval(() => {
    turns.take(look).catch(error => {
      if (!signal.aborted) log.warn({ partition, err: error }, 'the open payments could not be looked at')
    })
  }, lookEveryMs)

  return {
    onBatch: records => turns.take(() => validate(records)),
    async close() {
      isClosed = true
      clearInterval(timer)
      parking.close()
      await turns.ended()
      if (deps.folds.get(partition) === fold) deps.folds.delete(partition)
      await fold.close()
    },
  }
}
