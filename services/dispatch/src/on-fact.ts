import {
  createTurns,
  type FoldedBatch,
  type FoldedFact,
  lostPastWords,
  markDispatched,
  type OpenFolds,
  openPartitionFold,
  type Parking,
  readDocument,
  readFactAt,
} from '@holdfast/folds'
import { topics } from '@holdfast/schemas'
import { type Clock, type CountryTopics, type DeadLetters, type Logger, publishByTopic } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, type PartitionWorker, type StreamRecord, type Streams, tried } from '@holdfast/streams'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import { type AgreedChild, type Agreement, agreedChildIn, childCommandOf, saysWhereTo } from './child-request.ts'
import type { DispatchState } from './dispatch-state.ts'
import { createDispatchedMarks } from './dispatched-marks.ts'
import { effectsFrom } from './effects-from.ts'
import { noticesFor, noticesOfRefusal } from './notices.ts'
import { instructionFor, orderOf } from './orders.ts'
import type { Outbound } from './outbound.ts'
import { frameOf, requestFold } from './request-fold.ts'
import { createUnsureOrders } from './unsure-orders.ts'

export interface DispatchDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly folds: OpenFolds<DispatchState>
  readonly parking: Parking
  readonly countryTopics: CountryTopics
  readonly deadLetters: DeadLetters
  readonly clock: Clock
  readonly log: Logger
}

type Step = FoldedFact<DispatchState>

/**
 * Reads one ledger partition: sends the orders, notices and child requests that accepted facts make necessary, each once, and none for what lay in the ledger before dispatch lost its
 * record of what it had sent.
 */
export async function dispatchPartition(deps: DispatchDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const parking = await deps.parking.open(partition)
  const { position: effectsBegin, unknownFrom, lost } = await effectsFrom(deps, partition, committed)
  const lostTime = lost ? { lost } : {}
  const unsure = unknownFrom === undefined ? undefined : createUnsureOrders(deps, partition, unknownFrom)
  const fold = await openPartitionFold({
    ...requestFold,
    parking,
    streams,
    store: deps.store,
    partition,
    until: effectsBegin,
    signal,
    onLostPast: lost => log.warn({ partition, ...lost }, lostPastWords),
    ...(unsure ? { onCaughtUp: unsure.take } : {}),
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

  const documentAt = ({ documentOffset, standing: { requestId } }: DispatchState) =>
    readDocument(streams, partition, documentOffset, requestId)

  /** What a child is made of. Throws where it is made of nothing: no ledger agrees to what does not say where the money went. */
  async function agreedChildOf({ because, child, report: sequence }: Agreement, { before, state, offset }: Step): Promise<AgreedChild> {
    const own = { offset, documentOffset: state.documentOffset }
    const at = sequence === undefined ? own : before?.waiting.find(report => report.sequence === sequence)
    const report = at && (at === own ? because : await readFactAt(streams, partition, at.offset, because.subject))
    if (!report || !saysWhereTo(report)) throw new Error(`${because.subject} has no report that fact ${because.sequence} could follow`)
    const latest = await documentAt(state)
    const parent = at.documentOffset === state.documentOffset ? latest : await documentAt({ ...state, ...at })
    return { because, child, report, parent, handling: latest.handling }
  }

  /** What goes out because of a fact. */
  async function outboundOf(step: Step): Promise<Outbound[]> {
    const { fact, state } = step
    const outbound = noticesFor(step)
    const instruction = instructionFor(step)
    if (instruction) {
      // With the end of a request its frame is forgotten. What the end itself orders, and all that is ordered once the request is reopened, costs a look into the ledger.
      const frame = state.frame ?? frameOf(fact.subject, await documentAt(state))
      outbound.push(orderOf(fact, frame, instruction))
    }
    const agreement = agreedChildIn(fact)
    if (agreement) outbound.push(childCommandOf(await agreedChildOf(agreement, step), state))
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

  /** What is parked while it is folded has left the batch from there on; what lies before that goes out. */
  async function outboundOfAll(batch: FoldedBatch<DispatchState>): Promise<Outbound[]> {
    const outbound: Outbound[] = []
    const heldBack = new Set<string>()
    for (const step of [...batch.accepted, ...batch.refused].sort((a, b) => a.offset - b.offset)) {
      const { subject } = 'fact' in step ? step.fact : step.refused
      if (heldBack.has(subject)) continue
      const made = await tried(async () => ('fact' in step ? outboundOf(step) : noticesOfRefusal(step)))
      if (made.ok) outbound.push(...made.value)
      else {
        heldBack.add(subject)
        await batch.park(step, made.fault)
      }
    }
    return outbound
  }

  async function workOn(batch: FoldedBatch<DispatchState>, records: readonly StreamRecord[]): Promise<void> {
    const outbound = await outboundOfAll(batch)
    // Before it is asked whether the partition is still this one's: making a topic takes time.
    for (const item of outbound) await deps.countryTopics.ensure(item.topic)
    const first = records[0]
    const isUncertain = first !== undefined && first.offset < uncertainBefore
    // Past the uncertain facts for good: what was read back is not needed again.
    if (!isUncertain) alreadySent = undefined
    const anew = lostSent ? await without(outbound, lostSent) : outbound
    const fresh = isUncertain && anew.length > 0 ? await unsent(anew, earliestOf(batch, first.timestampMs)) : anew
    await publishByTopic(streams, deps.countryTopics, fresh, { within: assignment })
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

  async function nameUnsure(orders: NonNullable<typeof unsure>): Promise<void> {
    for (const step of orders.agreed) {
      const agreement = agreedChildIn(step.fact)
      const made = agreement && (await tried(async () => childCommandOf(await agreedChildOf(agreement, step), step.state)))
      if (made?.ok) await publishByTopic(streams, deps.countryTopics, [made.value])
    }
    await orders.name()
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

  if (unsure) {
    await nameUnsure(unsure)
    await markDispatched(streams, deps.clock.now(), partition, { what: 'dispatched', position: effectsBegin, ...lostTime })
  }
  if (fold.position < committed) await workOffUpTo(Math.min(committed, uncertainBefore))

  parking.onRedrive(requestId => turns.take(() => redrive(requestId)))

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

/**
 * When the earliest of these may have been worked on first. A ledger that was made anew took them all today; what their commands said of the time is from before they were taken the first
 * time.
 */
const earliestOf = ({ accepted, refused }: FoldedBatch<DispatchState>, takenAtMs: number): number =>
  Math.min(takenAtMs, ...[...accepted.map(({ fact }) => fact), ...refused.map(each => each.refused)].map(({ time }) => Date.parse(time)))
