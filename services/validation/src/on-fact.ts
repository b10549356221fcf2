import type { ClaimHolder, Workflow } from '@holdfast/core'
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
import { type CommandEvent, isErased } from '@holdfast/schemas'
import type { ClaimIndex, SnapshotStore } from '@holdfast/stores'
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
import { createClaimChanges } from './claim-changes.ts'
import { commandFor } from './command-for.ts'
import { openPartition } from './open-partition.ts'
import { type FindRequest, findRequests } from './other-requests.ts'
import type { RequestState } from './state-definition.ts'

export interface ValidationDependencies {
  readonly workflow: Workflow
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly openStates: OpenPartitions<RequestState>
  readonly claims: ClaimIndex
  readonly parking: Parking
  /** Of the workflow. */
  readonly profiles: unknown
  readonly secret: EngineSecret
  readonly clock: Clock
  readonly log: Logger
}

type Step = AppliedFact<RequestState>

/** A fact whose request must be assessed, with all data for the rules except the holder of its claim. */
interface Unassessed {
  readonly step: Step
  readonly document: unknown
  readonly related: unknown
}

const checkMs = 1000

/** Processes one ledger partition: assesses every new document, and maintains the index of claims (V12). */
export async function validatePartition(deps: ValidationDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { workflow, streams, log } = deps
  const { validation } = workflow
  const changes = createClaimChanges(validation)
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { partitionState, claims } = await openPartition({ ...deps, changes, parking, partition, signal, until: committed })
  deps.openStates.set(partition, partitionState)

  // Batches and checks run one at a time, because each needs the partition after the one before.
  const serialQueue = createSerialQueue()

  async function validate(records: readonly StreamRecord[]): Promise<void> {
    await processBatch(await partitionState.apply(records), Math.max(partitionState.position, (records.at(-1)?.offset ?? 0) + 1))
  }

  /** Erased documents are not assessed: their requests have ended. */
  const isAssessed = ({ fact }: Step): boolean => validation.isToBeAssessed(fact) && !isErased(fact.data)

  async function processBatch(batch: AppliedBatch<RequestState>, to: number): Promise<void> {
    const steps = batch.accepted.map(step => ({ step, changes: changes.of(step) }))
    if (!steps.some(each => each.changes.length > 0 || isAssessed(each.step))) return moveOn(batch, to)
    const find = findRequests(deps, new Map(batch.accepted.map(({ fact, state }) => [fact.subject, state])))
    // Before the claims are made: a successful claim proves that every partition was complete, so a request that was not
    // found does not exist.
    const unassessed = await documentsIn(batch, find)
    const made = await claims.claim({ from: partitionState.position, to, changes: steps.flatMap(each => each.changes) })
    const joining = steps.flatMap(each => each.changes.filter(({ kind }) => kind === 'join').map(() => each.step))
    const holders = new Map(joining.map((step, index) => [step, made[index]]))
    const commands: CommandEvent[] = []
    for (const each of unassessed) {
      const answer = await attempt(() => answerTo(each, holders.get(each.step), find))
      if (answer.ok) commands.push(answer.value)
      else await batch.park(each.step, answer.fault)
    }
    if (commands.length > 0)
      await streams.publish(
        workflow.topics.commands.name,
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
  async function moveOn(batch: AppliedBatch<RequestState>, to: number): Promise<void> {
    const moved = await Promise.allSettled([claims.claim({ from: partitionState.position, to, changes: [] }), batch.save()])
    for (const outcome of moved) if (outcome.status === 'rejected') throw outcome.reason
  }

  async function documentsIn(batch: AppliedBatch<RequestState>, find: FindRequest): Promise<Unassessed[]> {
    const found: Unassessed[] = []
    for (const step of batch.accepted.filter(isAssessed)) {
      const read = await attempt(async () => {
        assertReadable(step.fact)
        const document = workflow.documentOf(step.fact) ?? (await lastDocumentOf(step))
        return { step, document, related: await validation.relatedTo(document, find) }
      })
      if (read.ok) found.push(read.value)
      else await batch.park(step, read.fault)
    }
    return found
  }

  /** A request that is reopened without a document is assessed by its latest one. */
  const lastDocumentOf = ({ fact, state }: Step): Promise<unknown> =>
    readDocument(streams, workflow, partition, state.documentAt, fact.subject)

  async function answerTo(
    { step: { fact, state }, document, related }: Unassessed,
    claim: ClaimHolder | undefined,
    find: FindRequest,
  ): Promise<CommandEvent> {
    const at = new Date(fact.time)
    const request = { requestId: fact.subject, document, known: state.known, at }
    const reported = await validation.assess({ ...request, profiles: deps.profiles, related, claim, find })
    log.debug({ requestId: fact.subject, factId: fact.id, verdict: reported.verdict }, 'Request assessed')
    return commandFor(fact, reported, deps.clock.now())
  }

  /**
   * A partition without traffic detects here that the store has lost its claims, for which all other partitions
   * wait.
   */
  async function check(): Promise<void> {
    if (signal.aborted || (await claims.isComplete(partitionState.position))) return
    assignment.reopen(new StateLostError(`partition ${partition}: the store has lost the claims`))
  }

  parking.onRedrive(async requestId => {
    const leftOut = await partitionState.readSkipped(requestId)
    await serialQueue.run(() => redrive(requestId, leftOut))
  }, assignment.reopen)

  const timer = setInterval(() => {
    serialQueue.run(check).catch(error => {
      if (!signal.aborted) log.warn({ partition, err: error }, 'Check of the claims failed; retrying at the next interval')
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
