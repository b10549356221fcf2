import { checkRecipients, createServicePolicy, watchRecipients } from '@holdfast/access'
import { startParking, stateSpace } from '@holdfast/folds'
import { createDeadLetters } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { ownPartition } from './own-partition.ts'
import { NewerLedgerError } from './raise-feature-level.ts'

export interface LedgerOptions {
  /** How often it looks for deadlines that have passed. Default 1000: a second late is early enough for a country. A story on a clock of its own looks more often. */
  readonly lookForDeadlinesEveryMs?: number | undefined
}

/** The only writer of facts: decides every command in order, partition by partition. */
export const createLedger = ({ lookForDeadlinesEveryMs = 1000 }: LedgerOptions = {}): ServiceDefinition => ({
  name: 'ledger',
  defaultPort: 8082,
  readsWords: false,
  checks: [checkRecipients],
  async start(context, stack) {
    const { streams, snapshots, clock, logTime, log, config, readiness } = context
    await streams.ensureTopics(Object.values(topics))
    const deadLetters = createDeadLetters(streams, 'ledger', clock, log)
    const parking = await startParking({ streams, clock, log }, 'ledger')
    stack.defer(() => parking.stop())
    const store = snapshots(stateSpace('ledger'))
    const recipients = watchRecipients(context)
    stack.defer(() => recipients.stop())
    const policy = createServicePolicy(context, recipients.directory)
    const level = config.HOLDFAST_LEDGER_LEVEL
    const deps = { streams, store, policy, clock, logTime, log, deadLetters, parking, level, lookForDeadlinesEveryMs }
    const starting = streams.stage({
      group: 'ledger',
      topics: [topics.commands.name],
      sees: 'ordered',
      open: assignment => ownPartition(deps, assignment),
      onFault(error, at) {
        if (error instanceof NewerLedgerError) return void giveUp(error)
        log.warn({ err: error, ...at }, 'a batch of commands failed and is tried again')
      },
    })
    let stopped: Promise<void> | undefined
    const stop = (): Promise<void> => {
      stopped ??= starting.then(stage => stage.stop())
      return stopped
    }
    /** Its partitions go to who can read them; while nobody can, nothing is written. The first of them may be met while it still starts. */
    function giveUp({ message }: NewerLedgerError): void {
      readiness.note('level', message)
      log.error({ reason: message }, 'the partitions are given up: the ledger is of a newer version')
      // Where that fails, the error is thrown when the service is stopped.
      stop().catch(() => undefined)
    }
    await starting
    stack.defer(stop)
  },
})

/** As a process of its own. */
export const ledger = createLedger()
