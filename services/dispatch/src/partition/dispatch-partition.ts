import { recordsDestruction, type Workflow } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import {
  type AppliedBatch,
  type AppliedFact,
  logStateFaults,
  type OpenPartitions,
  openPartitionState,
  type Parking,
  recordDispatched,
  type WaitingErasure,
} from '@holdfast/request-state'
import type { Clock, DeadLetters, Logger } from '@holdfast/runtime'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, attempt, createSerialQueue, type PartitionWorker, type StreamRecord } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { createDecryptedFrames } from '../orders/frames.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createStateDefinition } from '../state/state-definition.ts'
import { createAlreadySent } from './already-sent.ts'
import { destroyKeys } from './destroy-keys.ts'
import { createDispatchedOffsets } from './dispatched-offsets.ts'
import { effectsFrom } from './effects-from.ts'
import { createKeysInDoubt } from './keys-in-doubt.ts'
import { keyFactsOfParked, notificationsOfParkedKeys, type ParkedKeyFact, parkedWithKeys } from './keys-of-parked.ts'
import { makeOutbound } from './make-outbound.ts'
import { onwardCommandFor } from './onward-command.ts'
import { createOrdersInDoubt } from './orders-in-doubt.ts'
import { type SendingDependencies, sendOutbound } from './send-outbound.ts'
import { createUnsent, type Unsent } from './unsent.ts'
import { notificationsOfWaiting } from './waiting-erasures.ts'

export interface DispatchDependencies extends SendingDependencies {
  readonly workflow: Workflow
  readonly store: SnapshotStore
  readonly openStates: OpenPartitions<DispatchState>
  readonly parking: Parking
  /** Decrypts stored frames and destroys keys. */
  readonly cipher: Pick<PersonalDataCipher, 'valuesIn' | 'destroy' | 'confirmDestroyed'>
  readonly deadLetters: DeadLetters
  /** Signs orders. */
  readonly signer: EngineSigner
  readonly clock: Clock
  readonly log: Logger
}

type Step = AppliedFact<DispatchState>

/** Requests at a time; a batch has at most 500 facts. */
const destroyedAtOnce = 100

/**
 * Processes one ledger partition. Sends the orders, notifications and child requests of its facts, each once; none for
 * facts from before dispatch lost its record of what it sent. Destroys expired data keys, also for earlier facts.
 */
export async function dispatchPartition(deps: DispatchDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { workflow, streams, log } = deps
  const { topics } = workflow
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { position: effectsBegin, unknownFrom, lost } = await effectsFrom(deps, partition, committed)
  const lostTime = lost ? { lost } : {}
  const inDoubt =
    unknownFrom === undefined
      ? undefined
      : { orders: createOrdersInDoubt(deps, partition, unknownFrom), keys: createKeysInDoubt(unknownFrom) }
  const frames = createDecryptedFrames(deps.cipher, workflow.dispatching.orders)
  const partitionState = await openPartitionState({
    ...createStateDefinition(workflow, frames),
    workflow,
    parking,
    streams,
    store: deps.store,
    partition,
    until: effectsBegin,
    signal,
    ...(inDoubt
      ? {
          async onCaughtUp(accepted: readonly Step[]) {
            await inDoubt.orders.take(accepted)
            inDoubt.keys.take(accepted)
          },
        }
      : {}),
    ...logStateFaults(log, partition, 'Order data was rebuilt from the ledger'),
  })
  deps.openStates.set(partition, partitionState)
  const uncertainBefore = await streams.endOffset(topics.ledger.name, partition)
  const unsent = createUnsent({ workflow, streams, log, partition, uncertainBefore, ...lostTime })
  const dispatchedOffsets = createDispatchedOffsets(deps, partition, lostTime)
  const parkedDeps = { workflow, streams, partition, parking, partitionState }
  const outboundDeps = { workflow, streams, partition, frames, signer: deps.signer }

  /**
   * Destroys the keys of many requests concurrently, so that they share the rewriting of files: Redis rewrites all of
   * its files, which takes seconds if they are large. Facts of one request are processed in order.
   */
  async function destroyAll(steps: readonly Pick<Step, 'fact'>[]): Promise<void> {
    const requests = [...Map.groupBy(steps, ({ fact }) => fact.subject).values()]
    for (let at = 0; at < requests.length; at += destroyedAtOnce) {
      // A retry of the batch starts only after all of these have ended.
      const ended = await Promise.allSettled(requests.slice(at, at + destroyedAtOnce).map(destroyInOrder))
      const failed = ended.find(each => each.status === 'rejected')
      if (failed) throw failed.reason
    }
  }

  async function destroyInOrder(steps: readonly Pick<Step, 'fact'>[]): Promise<void> {
    for (const step of steps) {
      const command = await destroyKeys(deps, partition, step)
      if (command) await sendOutbound(deps, [command], { within: assignment })
    }
  }

  /**
   * Facts about keys are processed although the request is parked: the erasure takes place, and both countries are
   * notified.
   */
  async function keyFactsIn(records: readonly StreamRecord[]): Promise<readonly ParkedKeyFact[]> {
    const requests = parkedWithKeys(workflow, records, parking)
    const found = await keyFactsOfParked(parkedDeps, requests, { from: partitionState.position, to: (records.at(-1)?.offset ?? -1) + 1 })
    for (const { fact } of found.filter(each => !recordsDestruction(each.fact)))
      log.error(
        { requestId: fact.subject, partition, factId: fact.id, fact: fact.type },
        'Keys of a parked request are destroyed: its pending messages are not sent. Repair it, then redrive it',
      )
    return found
  }

  async function processBatch(
    batch: AppliedBatch<DispatchState>,
    unsentOf: Unsent['of'],
    records: readonly StreamRecord[],
    first = records[0],
  ): Promise<void> {
    const { outbound, ofKeys } = await makeOutbound(outboundDeps, batch)
    const parkedKeys = await keyFactsIn(records)
    outbound.push(...parkedKeys.flatMap(each => notificationsOfParkedKeys(deps.signer, workflow, each)))
    // Before the check whether this process still owns the partition, because creating a topic takes time.
    for (const item of outbound) await deps.countryTopics.ensure(item.topic)
    const fresh = await unsentOf(outbound, batch, first)
    await sendOutbound(deps, fresh, { within: assignment })
    await destroyAll([...ofKeys, ...parkedKeys])
    await batch.save()
  }

  async function processNext(records: readonly StreamRecord[]): Promise<void> {
    await processBatch(await partitionState.apply(records), unsent.of, records)
    const last = records.at(-1)
    if (last && last.offset + 1 === partitionState.position) dispatchedOffsets.reached(last)
  }

  /**
   * Processes facts that the committed offset has passed and this owner has not: the store was lost or belongs to
   * another ledger.
   */
  async function catchUpTo(offset: number): Promise<void> {
    for await (const records of streams.read(topics.ledger.name, partition, partitionState.position, offset)) {
      signal.throwIfAborted()
      await processNext(records)
    }
  }

  /**
   * Repeats what is safe to repeat and lists the orders in doubt. Keys are destroyed last, because listing an order
   * needs its personal data.
   */
  async function settle({ orders, keys }: NonNullable<typeof inDoubt>): Promise<void> {
    for (const step of orders.agreed) {
      const made = await attempt(() => onwardCommandFor(outboundDeps, step))
      if (made.ok && made.value) await sendOutbound(deps, [made.value])
    }
    await orders.name()
    await destroyAll(keys.facts)
  }

  // A redriven request and the current batch wait for each other.
  const fairQueue = createSerialQueue()

  /** Sends what was left out of a parked request. If that fails again, the request stays parked. */
  async function redrive(requestId: string): Promise<void> {
    const parked = parking.get(requestId)
    if (!parked) return
    const [first] = await readOne(parked.offset)
    const batch = await partitionState.applySkipped(requestId)
    await processBatch(batch, unsent.ofRedriven, [], first)
    if (batch.parked.has(requestId)) return
    await parking.release(requestId)
    log.info({ partition, requestId }, 'Request is no longer parked')
  }

  async function readOne(offset: number): Promise<readonly StreamRecord[]> {
    for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1)) return records
    return []
  }

  if (inDoubt) {
    await settle(inDoubt)
    await recordDispatched(streams, topics, deps.clock.now(), partition, { what: 'dispatched', position: effectsBegin, ...lostTime })
  }
  // Parked requests whose former owner left out all of their facts, or whose dispatch record is lost.
  const requests = parking.all().map(({ requestId }) => requestId)
  await destroyAll(await keyFactsOfParked(parkedDeps, requests, { from: 0, to: partitionState.position }))
  if (partitionState.position < committed) await catchUpTo(Math.min(committed, uncertainBefore))

  // The whole redrive runs within its turn: personal data that was read earlier must not be used after its keys are
  // destroyed.
  parking.onRedrive(requestId => fairQueue.run(() => redrive(requestId)), assignment.reopen)

  async function notifyOfWaiting(erasure: WaitingErasure): Promise<void> {
    const notifications = await notificationsOfWaiting({ workflow, streams, partition, partitionState, signer: deps.signer }, erasure)
    // Each notification once: former owners' notifications are read from the topic.
    const sent = createAlreadySent(streams, Date.parse(erasure.orderedAt))
    for (const notification of notifications) {
      await deps.countryTopics.ensure(notification.topic)
      if (!(await sent.has(notification.topic, notification.id))) await sendOutbound(deps, [notification], { within: assignment })
    }
  }

  const stopNotifying = deps.parking.onWaitingErasure(partition, erasure => {
    const { requestId } = erasure
    fairQueue
      .run(() => notifyOfWaiting(erasure))
      .catch(error =>
        log.error({ partition, requestId, err: error }, 'The countries could not be notified that an erasure waits. Inform them'),
      )
  })

  return {
    onBatch: records =>
      fairQueue.run(async () => {
        const [first] = records
        if (first && first.offset > partitionState.position) await catchUpTo(first.offset)
        await processNext(records)
      }),
    async close() {
      stopNotifying()
      parking.close()
      await fairQueue.ended()
      if (deps.openStates.get(partition) === partitionState) deps.openStates.delete(partition)
      await partitionState.close()
      await dispatchedOffsets.close()
    },
  }
}
