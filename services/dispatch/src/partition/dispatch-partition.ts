import {
  type FoldedBatch,
  type FoldedFact,
  lostPastWords,
  markDispatched,
  type OpenFolds,
  openPartitionFold,
  type Parking,
  readDocument,
  throwIfWordless,
  WordlessError,
} from '@holdfast/folds'
import { areWordsDestroyed, topics } from '@holdfast/schemas'
import type { Clock, DeadLetters, Logger, ServiceContext } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, createTurns, type PartitionWorker, type StreamRecord, tried, triedNow } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { childCommandFor } from '../children/child-command.ts'
import { noticesFor, noticesOfRefusal } from '../notices/notices-of-fact.ts'
import { createOpenedFrames, frameOf, type OpenedFrames, type SealedFrame } from '../orders/frames.ts'
import { instructionFor, orderOf } from '../orders/order-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createRequestFold } from '../state/request-fold.ts'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import { concernsKeys, destroyKeys } from './destroy-keys.ts'
import { createDispatchedMarks } from './dispatched-marks.ts'
import { effectsFrom } from './effects-from.ts'
import { createKeysInDoubt } from './keys-in-doubt.ts'
import { createOrdersInDoubt } from './orders-in-doubt.ts'
import { type SendingDependencies, sendOutbound } from './send-outbound.ts'

export interface DispatchDependencies extends SendingDependencies {
  readonly store: SnapshotStore
  readonly folds: OpenFolds<DispatchState>
  readonly parking: Parking
  /** Opens what the store gave back, and destroys keys. */
  readonly words: ServiceContext['words']
  readonly deadLetters: DeadLetters
  /** Signs orders. */
  readonly signer: EngineSigner
  readonly clock: Clock
  readonly log: Logger
}

type Step = FoldedFact<DispatchState>

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
  const frames = createOpenedFrames(deps.words)
  const fold = await openPartitionFold({
    ...createRequestFold(frames),
    parking,
    streams,
    store: deps.store,
    partition,
    until: effectsBegin,
    signal,
    onLostPast: lost => log.warn({ partition, ...lost }, lostPastWords),
    ...(inDoubt
      ? {
          async onCaughtUp(accepted: readonly Step[]) {
            await inDoubt.orders.take(accepted)
            inDoubt.keys.take(accepted)
          },
        }
      : {}),
    onRebuilt: (why, facts) => log.warn({ partition, facts }, `what orders say was folded again from the ledger: ${why}`),
    onUnreadable: (record, reason) => log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
  })
  deps.folds.set(partition, fold)
  // Facts before this offset may have been worked on by an owner that died between sending and saying so.
  const uncertainBefore = await streams.endOffset(topics.ledger.name, partition)
  /** What follows from facts that the ledger has lost, and that may be made anew at any time. */
  const lostSent = lost && createAlreadySent(streams, Date.parse(lost.from), Date.parse(lost.to))
  let alreadySent: (AlreadySent & { readonly sinceMs: number }) | undefined
  const marks = createDispatchedMarks(deps, partition, lostTime)

  /** What goes out because of a fact. */
  async function outboundOf(step: Step): Promise<Outbound[]> {
    const { fact, state } = step
    const outbound = noticesFor(step)
    const instruction = instructionFor(step)
    if (instruction) {
      // With the end of a request its frame is forgotten. What the end itself orders, and all that is ordered once the request is reopened, costs a look into the ledger.
      const frame = state.frame
        ? frames.opened(state.frame)
        : frameOf(fact.subject, await readDocument(streams, partition, state.documentOffset, fact.subject))
      outbound.push(orderOf(fact, frame, instruction, deps.signer))
    }
    const child = await childCommandFor(streams, partition, step)
    if (child) outbound.push(child)
    return outbound
  }

  /** What was sent already is left out, where the owner before may have sent it. */
  async function unsent(outbound: readonly Outbound[], sinceMs: number): Promise<readonly Outbound[]> {
    if (alreadySent === undefined || sinceMs < alreadySent.sinceMs) alreadySent = { ...createAlreadySent(streams, sinceMs), sinceMs }
    return without(outbound, alreadySent)
  }

  async function without(outbound: readonly Outbound[], sent: AlreadySent): Promise<readonly Outbound[]> {
    const fresh: Outbound[] = []
    // The ledger tells a repeated command by itself.
    for (const item of outbound) if (item.topic === topics.commands || !(await sent.has(item.topic, item.id))) fresh.push(item)
    if (fresh.length < outbound.length) log.info({ partition, known: outbound.length - fresh.length }, 'had been sent before')
    return fresh
  }

  /** What is parked while it is folded has left the batch from there on; what lies before that goes out, and then keys are destroyed. */
  async function outboundOfAll(batch: FoldedBatch<DispatchState>): Promise<{ outbound: Outbound[]; ofKeys: Step[] }> {
    const outbound: Outbound[] = []
    const ofKeys: Step[] = []
    const heldBack = new Set<string>()
    await frames.open(batch.accepted.flatMap(step => closedFrameOf(step, frames)))
    for (const step of [...batch.accepted, ...batch.refused].sort((a, b) => a.offset - b.offset)) {
      const { subject, data } = 'fact' in step ? step.fact : step.refused
      const areGone = areWordsDestroyed(data)
      // Nobody destroys them before all that follows from earlier facts is out: also where the words are those of a fact before this one. A command that came before may be refused after: that is told without its words.
      if (heldBack.has(subject) || (areGone && 'fact' in step)) continue
      const made = await tried(async () => {
        if (!areGone) throwIfWordless('fact' in step ? step.fact : step.refused)
        return 'fact' in step ? outboundOf(step) : noticesOfRefusal(step)
      })
      if (made.ok) {
        outbound.push(...made.value)
        if ('fact' in step && concernsKeys(step.fact)) ofKeys.push(step)
      } else if (!(made.fault instanceof WordlessError && made.fault.areDestroyed)) {
        heldBack.add(subject)
        await batch.park(step, made.fault)
      }
    }
    return { outbound, ofKeys }
  }

  async function destroyAll(steps: readonly Pick<Step, 'fact'>[]): Promise<void> {
    for (const step of steps) {
      const command = await destroyKeys(deps, partition, step)
      if (command) await sendOutbound(deps, [command], { within: assignment })
    }
  }

  async function workOn(batch: FoldedBatch<DispatchState>, records: readonly StreamRecord[]): Promise<void> {
    const { outbound, ofKeys } = await outboundOfAll(batch)
    // Before it is asked whether the partition is still this one's: making a topic takes time.
    for (const item of outbound) await deps.countryTopics.ensure(item.topic)
    const first = records[0]
    const isUncertain = first !== undefined && first.offset < uncertainBefore
    // Past the uncertain facts for good: what was read back is not needed again.
    if (!isUncertain) alreadySent = undefined
    const anew = lostSent ? await without(outbound, lostSent) : outbound
    const fresh = isUncertain && anew.length > 0 ? await unsent(anew, earliestOf(batch, first.timestampMs)) : anew
    await sendOutbound(deps, fresh, { within: assignment })
    await destroyAll(ofKeys)
    await batch.save()
  }

  async function workOnNext(records: readonly StreamRecord[]): Promise<void> {
    await workOn(await fold.take(records), records)
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
      const made = await tried(() => childCommandFor(streams, partition, step))
      if (made.ok && made.value) await sendOutbound(deps, [made.value])
    }
    await orders.name()
    await destroyAll(keys.facts)
  }

  // A request that is tried again waits for the batch that is being worked on, and the next one for it.
  const turns = createTurns()

  /** What of a parked request was left out is sent now; where that throws again, it stays parked. */
  async function redrive(requestId: string): Promise<void> {
    const parked = parking.get(requestId)
    if (!parked) return
    const [first] = await readOne(parked.offset)
    const batch = await fold.retake(requestId)
    alreadySent = undefined
    // An owner before may have tried it too, and sent what it could.
    await workOn(batch, first ? [{ ...first, offset: Math.min(first.offset, uncertainBefore - 1) }] : [])
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
    await markDispatched(streams, deps.clock.now(), partition, { what: 'dispatched', position: effectsBegin, ...lostTime })
  }
  if (fold.position < committed) await workOffUpTo(Math.min(committed, uncertainBefore))

  parking.onRedrive(requestId => turns.take(() => redrive(requestId)), assignment.reopen)

  return {
    onBatch: records =>
      turns.take(async () => {
        const [first] = records
        if (first && first.offset > fold.position) await workOffUpTo(first.offset)
        await workOnNext(records)
      }),
    async close() {
      parking.close()
      await turns.ended()
      if (deps.folds.get(partition) === fold) deps.folds.delete(partition)
      await fold.close()
      await marks.close()
    },
  }
}

/** What has to be opened for the order that a step makes; nothing where it makes none. */
function closedFrameOf(step: Step, { isClosed }: OpenedFrames): SealedFrame[] {
  const { frame } = step.state
  if (!isClosed(frame)) return []
  const instruction = triedNow(() => instructionFor(step))
  return instruction.ok && instruction.value ? [frame] : []
}

/**
 * When the earliest of these may have been worked on first. A ledger that was made anew took them all today; what their commands said of the time is from before they were taken the first
 * time.
 */
const earliestOf = ({ accepted, refused }: FoldedBatch<DispatchState>, takenAtMs: number): number =>
  Math.min(takenAtMs, ...[...accepted.map(({ fact }) => fact), ...refused.map(each => each.refused)].map(({ time }) => Date.parse(time)))
