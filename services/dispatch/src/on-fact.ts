import { type FoldedFact, openPartitionFold, readDocument, readFactAt } from '@holdfast/folds'
import { topics } from '@holdfast/schemas'
import { type CountryTopics, type Logger, publishByTopic } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import type { Assignment, PartitionWorker, StreamRecord, Streams } from '@holdfast/streams'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import { type AgreedChild, type Agreement, agreedChildIn, childCommandOf, saysWhereTo } from './child-request.ts'
import type { DispatchState } from './dispatch-state.ts'
import { noticesFor, noticesOfRefusal } from './notices.ts'
import { instructionFor, orderOf } from './orders.ts'
import type { Outbound } from './outbound.ts'
import { frameOf, requestFold } from './request-fold.ts'

export interface DispatchDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly countryTopics: CountryTopics
  readonly log: Logger
}

type Step = FoldedFact<DispatchState>

/** Reads one ledger partition: sends the orders, notices and child requests that accepted facts make necessary, each once. */
export async function dispatchPartition(deps: DispatchDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const fold = await openPartitionFold({
    ...requestFold,
    streams,
    store: deps.store,
    partition,
    until: committed,
    signal,
    onRebuilt: (why, facts) => log.warn({ partition, facts }, `what orders say was folded again from the ledger: ${why}`),
    onUnreadable: (record, reason) => log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
  })
  // Facts before this offset may have been worked on by an owner that died between sending and saying so.
  const uncertainBefore = await streams.endOffset(topics.ledger.name, partition)
  let alreadySent: AlreadySent | undefined

  const documentAt = ({ documentOffset, snapshot: { requestId } }: DispatchState) =>
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

  async function unsent(outbound: readonly Outbound[], records: readonly StreamRecord[]): Promise<readonly Outbound[]> {
    const first = records[0]
    if (!first || outbound.length === 0) return outbound
    if (first.offset >= uncertainBefore) {
      // Past the uncertain facts for good: what was read back is not needed again.
      alreadySent = undefined
      return outbound
    }
    alreadySent ??= createAlreadySent(streams, first.timestampMs)
    const fresh: Outbound[] = []
    // The ledger tells a repeated command by itself.
    for (const item of outbound) if (item.topic === topics.commands || !(await alreadySent.has(item.topic, item.id))) fresh.push(item)
    if (fresh.length < outbound.length) log.info({ partition, known: outbound.length - fresh.length }, 'had been sent before')
    return fresh
  }

  return {
    async onBatch(records) {
      const batch = await fold.take(records)
      const outbound: Outbound[] = []
      for (const step of batch.accepted) outbound.push(...(await outboundOf(step)))
      outbound.push(...batch.refused.flatMap(noticesOfRefusal))
      for (const item of outbound) await deps.countryTopics.ensure(item.topic)
      const fresh = await unsent(outbound, records)
      // The nearer to the sending this is asked, the smaller the window in which an owner that lost the partition still sends.
      signal.throwIfAborted()
      await publishByTopic(streams, deps.countryTopics, fresh)
      await batch.save()
    },
    close: async () => undefined,
  }
}
