import { createTurns, openPartitionFold, StateLostError } from '@holdfast/folds'
import type { Policy } from '@holdfast/lifecycle'
import { topics } from '@holdfast/schemas'
import type { Clock, DeadLetters, Logger } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, appendBytesMax, type PartitionWorker, type StreamRecord, type Streams } from '@holdfast/streams'
import { byTurns } from './by-turns.ts'
import { type Decided, decideBatch } from './decide-batch.ts'
import { lifecycleFold } from './lifecycle-fold.ts'
import { passedDeadlines } from './passed-deadlines.ts'
import { type ReceivedCommand, readCommands } from './read-commands.ts'

export interface LedgerDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly policy: Policy
  readonly clock: Clock
  readonly log: Logger
  readonly deadLetters: DeadLetters
  readonly lookForDeadlinesEveryMs: number
}

/**
 * Owns one partition of the ledger from assignment to loss: catches up, then decides commands in order.
 * The log is the arbiter. If an append does not land where this owner expected, somebody else wrote: the partition is opened again and the batch decided anew,
 * which adds nothing twice because facts of commands that were applied are found in the history.
 */
export async function ownPartition(deps: LedgerDependencies, assignment: Assignment): Promise<PartitionWorker> {
  const { streams, log, clock } = deps
  const { partition, signal } = assignment
  const open = () =>
    openPartitionFold({
      ...lifecycleFold,
      streams,
      store: deps.store,
      partition,
      until: 'end',
      signal,
      onRebuilt: (why, facts) => log.warn({ partition, facts }, `the snapshots were folded again from the ledger: ${why}`),
      onUnreadable: (record, reason) =>
        log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read and is passed over'),
    })
  let fold = await open()
  log.info({ partition, position: fold.position }, 'owns the partition')

  // Batches, looks at deadlines and healing take turns: each of them needs the fold as the one before left it.
  const turns = createTurns()

  async function decide(records: readonly StreamRecord[]): Promise<void> {
    let received = byTurns(await readCommands(records, deps.deadLetters))
    while (received.length > 0) {
      signal.throwIfAborted()
      received = received.slice(await decideSome(received))
    }
  }

  async function decideSome(received: readonly ReceivedCommand[]): Promise<number> {
    const loaded = await fold.load(received.map(({ command }) => command.subject))
    const batch = decideBatch(received, loaded, deps.policy, appendBytesMax)
    if (batch.records.length > 0) {
      const expected = fold.position
      const base = await streams.append(topics.ledger.name, partition, batch.records)
      if (base !== expected)
        throw new StateLostError(`partition ${partition}: appended at ${base}, expected ${expected}: another owner wrote`)
      await fold.save(batch.states, base + batch.records.length)
    }
    batch.decided.forEach(report)
    await keepUnrecorded(batch.decided)
    return batch.taken
  }

  function report({ received: { command }, decision }: Decided): void {
    if (decision.outcome === 'fact') {
      const { fact } = decision
      log.debug(
        { requestId: fact.subject, factId: fact.id, fact: fact.type, sequence: fact.sequence, correlationId: fact.correlationid },
        'transition',
      )
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
  async function keepUnrecorded(decided: readonly Decided[]): Promise<void> {
    for (const { received, decision } of decided) {
      if (decision.outcome !== 'dropped' || decision.because !== 'stray') continue
      await deps.deadLetters.keep(received.record, `${decision.refusal.code}: ${decision.refusal.message}`)
    }
  }

  async function lookForDeadlines(): Promise<void> {
    try {
      const commands = await passedDeadlines(fold, clock.now())
      if (commands.length === 0) return
      await streams.publish(
        topics.commands.name,
        commands.map(command => ({ key: command.subject, value: JSON.stringify(command) })),
      )
      log.info({ partition, deadlines: commands.length }, 'deadlines passed')
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof StateLostError)) return log.warn({ partition, err: error }, 'the deadlines could not be looked at')
      // A partition without traffic notices here that its store forgot.
      fold = await open()
    }
  }

  const timer = setInterval(() => {
    turns.take(lookForDeadlines).catch(error => log.warn({ partition, err: error }, 'the partition could not be opened again'))
  }, deps.lookForDeadlinesEveryMs)

  return {
    onBatch: records => turns.take(() => decide(records)),
    async close() {
      clearInterval(timer)
      await turns.ended()
      log.info({ partition }, 'let go of the partition')
    },
  }
}
