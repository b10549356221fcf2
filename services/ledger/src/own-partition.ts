import {
  decidesKeyCommands,
  foldLog,
  heldFull,
  isKeyCommand,
  type LeftOut,
  lastDispatched,
  openPartitionFold,
  type Parking,
  type PartitionFold,
  recordDispatched,
  StateLostError,
} from '@holdfast/folds'
import { type RequestSnapshot, UnknownKindError } from '@holdfast/lifecycle'
import type { Clock, DeadLetters, Logger, LogTime } from '@holdfast/runtime'
import { commandType, type Policy, topics } from '@holdfast/schemas'
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
import { lifecycleFold } from './lifecycle-fold.ts'
import { NewerLedgerError, raiseFeatureLevel } from './raise-feature-level.ts'
import { type ReceivedCommand, readCommands } from './read-commands.ts'
import { createDeadlineWatch } from './watch-deadlines.ts'

export interface LedgerDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly policy: Policy
  readonly clock: Clock
  readonly logTime: Pick<LogTime, 'dueUntil' | 'saidAt'>
  readonly log: Logger
  readonly deadLetters: DeadLetters
  readonly parking: Parking
  /** The level that the ledger is raised to where it is below it; undefined leaves it as it is. */
  readonly level: number | undefined
  readonly lookForDeadlinesEveryMs: number
}

/**
 * Owns one partition of the ledger from assignment to loss: catches up, then decides commands in order.
 * The log is the arbiter. If an append does not land where this owner expected, somebody else wrote: the partition is opened again and the batch decided anew,
 * which adds nothing twice because facts of commands that were applied are found in the history.
 * A request on which deciding or folding throws is parked with the commands that come for it, and the others go on.
 * Throws NewerLedgerError where the ledger is beyond this version: who can't read a history must not add to it.
 */
export async function ownPartition(deps: LedgerDependencies, assignment: Assignment): Promise<PartitionWorker> {
  const { streams, log, clock } = deps
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const openFold = () =>
    openPartitionFold({
      ...lifecycleFold,
      streams,
      store: deps.store,
      partition,
      until: 'end',
      signal,
      parking,
      givesUp: fault => fault instanceof UnknownKindError,
      ...foldLog(
        log,
        partition,
        'the snapshots were folded again from the ledger',
        'a record of the ledger can not be read and is passed over',
      ),
    })
  async function open(): Promise<PartitionFold<RequestSnapshot>> {
    try {
      const opened = await openFold()
      if (opened.position === 0) await begin()
      if (!(await raiseFeatureLevel({ streams, clock, log }, partition, opened, deps.level))) return opened
      await opened.close()
      return await openFold()
    } catch (error) {
      throw error instanceof UnknownKindError ? new NewerLedgerError(`partition ${partition}: ${error.message}: run a newer one`) : error
    }
  }
  /** Said before the first fact, so that a ledger with a history of which nobody knows what went out is known for one where that was lost. */
  async function begin(): Promise<void> {
    if ((await lastDispatched(streams, partition)) === 'unknown')
      await recordDispatched(streams, clock.now(), partition, { what: 'dispatched', position: 0 })
  }
  const fold = await open()
  log.info({ partition, position: fold.position, level: fold.level }, 'owns the partition')

  // Batches, looks at deadlines and redrives take turns: each of them needs the fold as the one before left it.
  const turns = createSerialQueue()

  async function decide(records: readonly StreamRecord[]): Promise<void> {
    await decideAll(inFairOrder(await holdBehind(await readCommands(records, deps))))
  }

  /** What comes for a parked request is kept with it, but for commands about its keys, where they can be decided; gives the rest. */
  async function holdBehind(received: readonly ReceivedCommand[]): Promise<readonly ReceivedCommand[]> {
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

  /** Without the state nobody knows whether it may be ordered: operators have to see to it. */
  function reportErasure({ command }: ReceivedCommand): void {
    if (command.type !== commandType('OrderErasure')) return
    log.error(
      { partition, requestId: command.subject, commandId: command.id, actor: command.actor },
      'An erasure waits: facts of its request cannot be folded. Repair and redrive it, or destroy its keys: "holdfast keys destroy --help"',
    )
  }

  async function decideAll(commands: readonly ReceivedCommand[]): Promise<void> {
    for (let received = commands; received.length > 0; ) {
      signal.throwIfAborted()
      const { taken } = await decideSome(received)
      // What comes behind a command on which deciding threw waits with it, also where it is in the next run.
      received = await holdBehind(received.slice(taken))
    }
  }

  async function decideSome(received: readonly ReceivedCommand[]): Promise<DecidedBatch> {
    const loaded = await fold.load(received.map(({ command }) => command.subject))
    const batch = decideBatch(received, loaded, { policy: deps.policy, level: fold.level, bytesMax: appendBytesMax })
    const last = batch.records.at(-1)
    if (last) {
      const expected = fold.position
      // What a late owner writes is dropped by every reader, and lies in the log all the same.
      const base = await streams.append(topics.ledger.name, partition, batch.records, { within: assignment })
      if (base !== expected)
        throw new StateLostError(`partition ${partition}: appended at ${base}, expected ${expected}: another owner wrote`)
      await fold.save(batch.states, base + batch.records.length, last)
    }
    await Promise.all(batch.failed.map(parkAt))
    await hold([...batch.failed.map(each => each.received), ...batch.behind])
    batch.decided.forEach(report)
    await keepUnrecorded(batch.decided)
    return batch
  }

  const parkAt = ({ received, fault }: FailedCommand): Promise<void> =>
    parking.park({ requestId: received.command.subject, offset: fold.position, reason: reasonOf(fault), threwOn: 'command' })

  /** What is beyond the quota of its member role came before its endpoint knew that the quota is used up. It goes to the operators, who can have it sent again. */
  async function hold(received: readonly ReceivedCommand[]): Promise<void> {
    if (received.length === 0) return
    const beyondQuota = await parking.hold(received)
    await Promise.all(beyondQuota.map(({ record }) => deps.deadLetters.keep(record, `${heldFull.code}: ${heldFull.message}`)))
  }

  let isClosed = false

  /**
   * What was left out of the history is folded, then what came for it is decided, a part in each turn, so that the others in the partition go on meanwhile. It stays parked until all of it is decided, so what
   * comes behind it is held; where something throws again, it stays parked for longer.
   */
  async function redrive(requestId: string): Promise<void> {
    const leftOut = await fold.readLeftOut(requestId)
    if (!(await turns.take(() => retake(requestId, leftOut)))) return
    let decided = 0
    let isUnderWay = true
    while (isUnderWay) {
      const held = await parking.held(requestId, decided)
      isUnderWay = await turns.take(async () => {
        if (isClosed || !parking.has(requestId)) return false
        // What came after it was read is decided too: nothing comes within a turn.
        const next = held.length > 0 ? held : await parking.held(requestId, decided)
        if (next.length === 0) {
          await parking.release(requestId)
          log.info({ partition, requestId, commands: decided }, 'is no longer parked')
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

  async function retake(requestId: string, leftOut: LeftOut): Promise<boolean> {
    if (isClosed || !parking.has(requestId)) return false
    const batch = await fold.retake(requestId, leftOut)
    await batch.save()
    return !batch.parked.has(requestId)
  }

  /** Whether all of them are decided. They are let go of at the end: who dies before that finds them here again, and those that were decided in the history. */
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
      log.debug({ requestId: fact.subject, factId: fact.id, fact: fact.type, sequence: fact.sequence }, 'transition')
    } else if (decision.outcome === 'refused') {
      const { id, data } = decision.refused
      log.debug({ requestId: command.subject, refusalId: id, command: command.type, code: data.code }, 'a command was refused')
    } else if (decision.outcome === 'dropped') {
      log.info(
        { requestId: command.subject, command: command.type, code: decision.refusal.code, because: decision.because },
        'a command was dropped',
      )
    }
  }

  /** What nobody in order could have sent is kept for the operators. What a member can cause as often as it likes is not: it would have no end. */
  async function keepUnrecorded(decided: readonly DecidedCommand[]): Promise<void> {
    for (const { received, decision } of decided) {
      if (decision.outcome !== 'dropped' || decision.because !== 'stray') continue
      await deps.deadLetters.keep(received.record, `${decision.refusal.code}: ${decision.refusal.message}`)
    }
  }

  const watch = createDeadlineWatch({ ...deps, fold, parking, turns, assignment, everyMs: deps.lookForDeadlinesEveryMs })

  const redrives = createSerialQueue()
  parking.onRedrive(requestId => redrives.take(() => redrive(requestId)), assignment.reopen)

  return {
    onBatch: records => turns.take(() => decide(records)),
    async close() {
      isClosed = true
      watch.stop()
      parking.close()
      await redrives.ended()
      await turns.ended()
      await fold.close()
      log.info({ partition }, 'let go of the partition')
    },
  }
}
