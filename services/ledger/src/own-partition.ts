import { type AnyState, type PersonPolicy, type Snapshot, UnknownKindError, type Workflow } from '@holdfast/core'
import {
  decidesKeyCommands,
  heldFull,
  isKeyCommand,
  lastDispatched,
  logStateFaults,
  openPartitionState,
  type Parking,
  type PartitionState,
  recordDispatched,
  type SkippedRecords,
  StateLostError,
} from '@holdfast/request-state'
import type { Clock, DeadLetters, Logger, LogTime } from '@holdfast/runtime'
import { commandTypeOf } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import {
  type Assignment,
  appendBytesMax,
  createSerialQueue,
  type PartitionWorker,
  reasonOf,
  type StreamRecord,
  type Streams,
} from '@holdfast/streams'
import { type DecidedBatch, type DecidedCommand, decideBatch, type FailedCommand } from './decide-batch.ts'
import { inFairOrder } from './fair-order.ts'
import { NewerLedgerError, raiseFeatureLevel } from './raise-feature-level.ts'
import { type ReceivedCommand, readCommands } from './read-commands.ts'
import { createStateDefinition } from './state-definition.ts'
import { createDeadlineWatch } from './watch-deadlines.ts'

export interface LedgerDependencies {
  readonly workflow: Workflow
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly policy: PersonPolicy
  readonly clock: Clock
  readonly logTime: Pick<LogTime, 'dueUntil' | 'statedAt'>
  readonly log: Logger
  readonly deadLetters: DeadLetters
  readonly parking: Parking
  /** The feature level to which a lower ledger is raised; undefined keeps the level. */
  readonly level: number | undefined
  readonly deadlineCheckMs: number
}

/**
 * Owns one partition of the ledger from its assignment until it is revoked: reads the ledger to its end, then decides
 * commands in order.
 *
 * The log decides between concurrent owners. If an append does not have the expected offset, another owner wrote: the
 * partition is reopened and the batch decided again. Nothing is added twice, because applied commands are found in the
 * history.
 *
 * A request for which a decision or its state throws is parked with its further commands; other requests continue.
 *
 * Throws NewerLedgerError if the ledger was written by a newer version: an instance that cannot read a history must not
 * add to it.
 */
export async function ownPartition(deps: LedgerDependencies, assignment: Assignment): Promise<PartitionWorker> {
  const { workflow, streams, log, clock } = deps
  const { topics } = workflow
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const openState = () =>
    openPartitionState({
      ...createStateDefinition(workflow),
      workflow,
      streams,
      store: deps.store,
      partition,
      until: 'end',
      signal,
      parking,
      isFatal: fault => fault instanceof UnknownKindError,
      ...logStateFaults(log, partition, 'The snapshots were rebuilt from the ledger', 'Unreadable record in the ledger; skipped'),
    })
  async function open(): Promise<PartitionState<Snapshot<AnyState>>> {
    try {
      const opened = await openState()
      if (opened.position === 0) await recordStart()
      if (!(await raiseFeatureLevel({ streams, topics, clock, log }, partition, opened, deps.level))) return opened
      await opened.close()
      return await openState()
    } catch (error) {
      throw error instanceof UnknownKindError
        ? new NewerLedgerError(`partition ${partition}: ${error.message}. Run a newer version`)
        : error
    }
  }
  /** Recorded before the first fact. So a ledger with facts and without this record has lost its dispatch record. */
  async function recordStart(): Promise<void> {
    if ((await lastDispatched(streams, topics, partition)) === 'unknown')
      await recordDispatched(streams, topics, clock.now(), partition, { what: 'dispatched', position: 0 })
  }
  const partitionState = await open()
  log.info({ partition, position: partitionState.position, level: partitionState.level }, 'Partition assigned')

  // Batches, deadline checks and redrives run one at a time, because each needs the state after the one before.
  const serialQueue = createSerialQueue()

  async function decide(records: readonly StreamRecord[]): Promise<void> {
    await decideAll(inFairOrder(await holdForParked(await readCommands(records, deps))))
  }

  /** Keeps the commands of parked requests, except decidable ones about keys; returns the others. */
  async function holdForParked(received: readonly ReceivedCommand[]): Promise<readonly ReceivedCommand[]> {
    const isHeld = ({ command }: ReceivedCommand): boolean => {
      const parked = parking.get(command.subject)
      return parked !== undefined && !(isKeyCommand(command) && decidesKeyCommands(parked))
    }
    const held = received.filter(isHeld)
    if (held.length === 0) return received
    await hold(held)
    held.forEach(reportErasure)
    return received.filter(each => !isHeld(each))
  }

  /** Without the state, the ledger cannot know whether the erasure is allowed, so an operator must act. */
  function reportErasure({ command }: ReceivedCommand): void {
    if (command.type !== commandTypeOf('OrderErasure')) return
    log.error(
      { partition, requestId: command.subject, commandId: command.id, actor: command.actor },
      'An erasure waits: the facts of its request cannot be processed. Repair and redrive it, or destroy its keys: "holdfast keys destroy --help"',
    )
  }

  async function decideAll(commands: readonly ReceivedCommand[]): Promise<void> {
    for (let received = commands; received.length > 0; ) {
      signal.throwIfAborted()
      const { taken } = await decideSome(received)
      // Commands after a failed one wait with it, also in the next run.
      received = await holdForParked(received.slice(taken))
    }
  }

  async function decideSome(received: readonly ReceivedCommand[]): Promise<DecidedBatch> {
    const loaded = await partitionState.load(received.map(({ command }) => command.subject))
    const batch = decideBatch(received, loaded, { workflow, policy: deps.policy, level: partitionState.level, bytesMax: appendBytesMax })
    const last = batch.records.at(-1)
    if (last) {
      const expected = partitionState.position
      // Every reader drops what a stale owner writes, but it stays in the log.
      const base = await streams.append(topics.ledger.name, partition, batch.records, { within: assignment })
      if (base !== expected)
        throw new StateLostError(`partition ${partition}: appended at ${base}, expected ${expected}: another owner wrote`)
      await partitionState.save(batch.states, base + batch.records.length, last)
    }
    await Promise.all(batch.failed.map(parkAt))
    await hold([...batch.failed.map(each => each.received), ...batch.behind])
    batch.decided.forEach(report)
    await keepUnrecorded(batch.decided)
    return batch
  }

  const parkAt = ({ received, fault }: FailedCommand): Promise<void> =>
    parking.park({ requestId: received.command.subject, offset: partitionState.position, reason: reasonOf(fault), threwOn: 'command' })

  /**
   * Commands beyond the quota of their member role were sent before their endpoint knew that it was used up. They
   * become dead letters, which operators can redrive.
   */
  async function hold(received: readonly ReceivedCommand[]): Promise<void> {
    if (received.length === 0) return
    const beyondQuota = await parking.hold(received)
    await Promise.all(beyondQuota.map(({ record }) => deps.deadLetters.keep(record, `${heldFull.code}: ${heldFull.message}`)))
  }

  let isClosed = false

  /**
   * Applies the facts that were left out, then decides the waiting commands in parts, so that other requests of the
   * partition continue meanwhile. The request stays parked until all are decided, so new commands wait too. If
   * something throws again, it stays parked.
   */
  async function redrive(requestId: string): Promise<void> {
    const leftOut = await partitionState.readSkipped(requestId)
    if (!(await serialQueue.run(() => retake(requestId, leftOut)))) return
    let decided = 0
    let isRunning = true
    while (isRunning) {
      const held = await parking.held(requestId, decided)
      isRunning = await serialQueue.run(async () => {
        if (isClosed || !parking.has(requestId)) return false
        // Commands that arrived after the first read are included: none can arrive within a turn.
        const next = held.length > 0 ? held : await parking.held(requestId, decided)
        if (next.length === 0) {
          await parking.release(requestId)
          log.info({ partition, requestId, commands: decided }, 'Request is no longer parked')
          return false
        }
        decided += next.length
        return decideHeld(
          await readCommands(
            next.map(record => ({ ...record, headers: {} })),
            deps,
          ),
        )
      })
    }
  }

  async function retake(requestId: string, leftOut: SkippedRecords): Promise<boolean> {
    if (isClosed || !parking.has(requestId)) return false
    const batch = await partitionState.applySkipped(requestId, leftOut)
    await batch.save()
    return !batch.parked.has(requestId)
  }

  /**
   * Returns whether all were decided. They are removed only at the end, so after a crash they are found here again, and
   * the decided ones in the history.
   */
  async function decideHeld(commands: readonly ReceivedCommand[]): Promise<boolean> {
    for (let received = commands; received.length > 0; ) {
      signal.throwIfAborted()
      const batch = await decideSome(received)
      if (batch.failed.length > 0) return false
      received = received.slice(batch.taken)
    }
    return true
  }

  function report({ received: { command }, decision }: DecidedCommand): void {
    if (decision.outcome === 'fact') {
      const { fact } = decision
      log.debug({ requestId: fact.subject, factId: fact.id, fact: fact.type, sequence: fact.sequence }, 'Transition')
    } else if (decision.outcome === 'refused') {
      const { id, data } = decision.refused
      log.debug({ requestId: command.subject, refusalId: id, command: command.type, code: data.code }, 'Command refused')
    } else if (decision.outcome === 'dropped') {
      log.info(
        { requestId: command.subject, command: command.type, code: decision.refusal.code, because: decision.dropReason },
        'Command dropped',
      )
    }
  }

  /**
   * Keeps dropped commands that no legitimate sender can cause. Commands that a member can repeat at will are not kept,
   * because they have no limit.
   */
  async function keepUnrecorded(decided: readonly DecidedCommand[]): Promise<void> {
    for (const { received, decision } of decided) {
      if (decision.outcome !== 'dropped' || decision.dropReason !== 'stray') continue
      await deps.deadLetters.keep(received.record, `${decision.refusal.code}: ${decision.refusal.message}`)
    }
  }

  const watch = createDeadlineWatch({ ...deps, partitionState, parking, serialQueue, assignment, everyMs: deps.deadlineCheckMs })

  const redrives = createSerialQueue()
  parking.onRedrive(requestId => redrives.run(() => redrive(requestId)), assignment.reopen)

  return {
    onBatch: records => serialQueue.run(() => decide(records)),
    async close() {
      isClosed = true
      watch.stop()
      parking.close()
      await redrives.ended()
      await serialQueue.ended()
      await partitionState.close()
      log.info({ partition }, 'Partition revoked')
    },
  }
}
