import {
  type FoldedBatch,
  type FoldedFact,
  foldLog,
  type OpenFolds,
  openPartitionFold,
  type Parking,
  recordDispatched,
  type WaitingErasure,
} from '@holdfast/folds'
import type { Clock, DeadLetters, Logger } from '@holdfast/runtime'
import { isFact, topics } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, attempt, createSerialQueue, type PartitionWorker, type StreamRecord } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { childCommandFor } from '../children/child-command.ts'
import { createDecryptedFrames } from '../orders/frames.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createRequestFold } from '../state/request-fold.ts'
import { createAlreadySent } from './already-sent.ts'
import { destroyKeys } from './destroy-keys.ts'
import { createDispatchedOffsets } from './dispatched-offsets.ts'
import { effectsFrom } from './effects-from.ts'
import { createKeysInDoubt } from './keys-in-doubt.ts'
import { keyFactsOfParked, notificationsOfParkedKeys, type ParkedKeyFact, parkedWithKeys } from './keys-of-parked.ts'
import { makeOutbound } from './make-outbound.ts'
import { createOrdersInDoubt } from './orders-in-doubt.ts'
import { type SendingDependencies, sendOutbound } from './send-outbound.ts'
import { createUnsent, type Unsent } from './unsent.ts'
import { noticesOfWaiting } from './waiting-erasures.ts'

export interface DispatchDependencies extends SendingDependencies {
  readonly store: SnapshotStore
  readonly folds: OpenFolds<DispatchState>
  readonly parking: Parking
  /** Opens what the store gave back, and destroys keys. */
  readonly words: Pick<PersonalDataCipher, 'valuesIn' | 'destroy' | 'confirmDestroyed'>
  readonly deadLetters: DeadLetters
  /** Signs orders. */
  readonly signer: EngineSigner
  readonly clock: Clock
  readonly log: Logger
}

type Step = FoldedFact<DispatchState>

/** Requests; a batch has at most 500 facts. */
const destroyedAtOnce = 100

/**
 * Reads one ledger partition: sends the orders, notices and child requests that accepted facts make necessary, each once, and none for what lay in the ledger before dispatch lost its
 * record of what it had sent; and destroys the keys of words that are to be kept no longer, also for what lay there.
 */
export async function dispatchPartition(deps: DispatchDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { position: effectsBegin, unknownFrom, lost } = await effectsFrom(deps, partition, committed)
  const lostTime = lost ? { lost } : {}
  const inDoubt =
    unknownFrom === undefined
      ? undefined
      : { orders: createOrdersInDoubt(deps, partition, unknownFrom), keys: createKeysInDoubt(unknownFrom) }
  const frames = createDecryptedFrames(deps.words)
  const fold = await openPartitionFold({
    ...createRequestFold(frames),
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
    ...foldLog(log, partition, 'what orders say was folded again from the ledger'),
  })
  deps.folds.set(partition, fold)
  const uncertainBefore = await streams.endOffset(topics.ledger.name, partition)
  const unsent = createUnsent({ streams, log, partition, uncertainBefore, ...lostTime })
  const marks = createDispatchedOffsets(deps, partition, lostTime)
  const ofThisPartition = { streams, partition, parking, fold }
  const making = { streams, partition, frames, signer: deps.signer }

  /** Requests at once, so that they share what a key store does to let go of the bytes: Redis writes all of its files anew, seconds where it is large, while the partition waits. Of one request in the order of its facts. */
  async function destroyAll(steps: readonly Pick<Step, 'fact'>[]): Promise<void> {
    const requests = [...Map.groupBy(steps, ({ fact }) => fact.subject).values()]
    for (let at = 0; at < requests.length; at += destroyedAtOnce) {
      // Whoever repeats the batch does so once none of these is under way any more.
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

  /** Facts about keys pass parking: an erasure that was ordered is done, and who has to know is told. */
  async function ofParked(records: readonly StreamRecord[]): Promise<readonly ParkedKeyFact[]> {
    const requests = parkedWithKeys(records, parking)
    const found = await keyFactsOfParked(ofThisPartition, requests, { from: fold.position, to: (records.at(-1)?.offset ?? -1) + 1 })
    for (const { fact } of found.filter(each => !isFact(each.fact, 'KeysDestroyed')))
      log.error(
        { requestId: fact.subject, partition, factId: fact.id, fact: fact.type },
        'Keys of a parked request are destroyed: what it still had to send is not sent. Repair it, then redrive it',
      )
    return found
  }

  async function workOn(
    batch: FoldedBatch<DispatchState>,
    unsentOf: Unsent['of'],
    records: readonly StreamRecord[],
    first = records[0],
  ): Promise<void> {
    const { outbound, ofKeys } = await makeOutbound(making, batch)
    const parkedKeys = await ofParked(records)
    outbound.push(...parkedKeys.flatMap(each => notificationsOfParkedKeys(deps.signer, each)))
    // Before it is asked whether the partition is still this one's: making a topic takes time.
    for (const item of outbound) await deps.countryTopics.ensure(item.topic)
    const fresh = await unsentOf(outbound, batch, first)
    await sendOutbound(deps, fresh, { within: assignment })
    await destroyAll([...ofKeys, ...parkedKeys])
    await batch.save()
  }

  async function workOnNext(records: readonly StreamRecord[]): Promise<void> {
    await workOn(await fold.take(records), unsent.of, records)
    const last = records.at(-1)
    if (last && last.offset + 1 === fold.position) marks.reached(last)
  }

  /** What the group's offset has passed over and this owner has not worked on: its store was lost, or is of another past. */
  async function workOffUpTo(offset: number): Promise<void> {
    for await (const records of streams.read(topics.ledger.name, partition, fold.position, offset)) {
      signal.throwIfAborted()
      await workOnNext(records)
    }
  }

  /** What is safe to do again is done, and the orders are named; keys go last, as naming an order needs its words. */
  async function settle({ orders, keys }: NonNullable<typeof inDoubt>): Promise<void> {
    for (const step of orders.agreed) {
      const made = await attempt(() => childCommandFor(streams, partition, step))
      if (made.ok && made.value) await sendOutbound(deps, [made.value])
    }
    await orders.name()
    await destroyAll(keys.facts)
  }

  // A request that is tried again waits for the batch that is being worked on, and the next one for it.
  const turns = createSerialQueue()

  /** What of a parked request was left out is sent now; where that throws again, it stays parked. */
  async function redrive(requestId: string): Promise<void> {
    const parked = parking.get(requestId)
    if (!parked) return
    const [first] = await readOne(parked.offset)
    const batch = await fold.retake(requestId)
    await workOn(batch, unsent.ofRedriven, [], first)
    if (batch.parked.has(requestId)) return
    await parking.release(requestId)
    log.info({ partition, requestId }, 'is no longer parked')
  }

  async function readOne(offset: number): Promise<readonly StreamRecord[]> {
    for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1)) return records
    return []
  }

  if (inDoubt) {
    await settle(inDoubt)
    await recordDispatched(streams, deps.clock.now(), partition, { what: 'dispatched', position: effectsBegin, ...lostTime })
  }
  // Of a request that was parked by an owner who left out all of it, or whose record of what it did is lost.
  const requests = parking.all().map(({ requestId }) => requestId)
  await destroyAll(await keyFactsOfParked(ofThisPartition, requests, { from: 0, to: fold.position }))
  if (fold.position < committed) await workOffUpTo(Math.min(committed, uncertainBefore))

  // All of it within the turn: words that were read before could be used after their keys are destroyed.
  parking.onRedrive(requestId => turns.take(() => redrive(requestId)), assignment.reopen)

  async function tellOfWaiting(erasure: WaitingErasure): Promise<void> {
    const notices = await noticesOfWaiting({ streams, partition, fold, signer: deps.signer }, erasure)
    // Once for each request: what an owner has sent before is read back.
    const sent = createAlreadySent(streams, Date.parse(erasure.orderedAt))
    for (const notice of notices) {
      await deps.countryTopics.ensure(notice.topic)
      if (!(await sent.has(notice.topic, notice.id))) await sendOutbound(deps, [notice], { within: assignment })
    }
  }

  const stopTelling = deps.parking.onWaitingErasure(partition, erasure => {
    const { requestId } = erasure
    turns
      .take(() => tellOfWaiting(erasure))
      .catch(error => log.error({ partition, requestId, err: error }, 'The countries were not told that an erasure waits: tell them'))
  })

  return {
    onBatch: records =>
      turns.take(async () => {
        const [first] = records
        if (first && first.offset > fold.position) await workOffUpTo(first.offset)
        await workOnNext(records)
      }),
    async close() {
      stopTelling()
      parking.close()
      await turns.ended()
      if (deps.folds.get(partition) === fold) deps.folds.delete(partition)
      await fold.close()
      await marks.close()
    },
  }
}
