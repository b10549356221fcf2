import { startParking, stateSpace } from '@holdfast/folds'
import { createPolicy } from '@holdfast/profiles'
import { topics } from '@holdfast/schemas'
import { createDeadLetters, personsNeedProof, type ServiceDefinition } from '@holdfast/service-kit'
import { NewerLedgerError } from './keep-level.ts'
import { ownPartition } from './own-partition.ts'

export interface LedgerOptions {
  /** How often it looks for deadlines that have passed. Default 1000: a second late is early enough for a country. A story on a clock of its own looks more often. */
  readonly lookForDeadlinesEveryMs?: number | undefined
}

/** The only writer of facts: decides every command in order, partition by partition. */
export const createLedger = ({ lookForDeadlinesEveryMs = 1000 }: LedgerOptions = {}): ServiceDefinition => ({
  name: 'ledger',
  defaultPort: 8082,
  readsWords: false,
  async start(context) {
    const { streams, snapshots, profiles, clock, logTime, log, config, readiness } = context
    await streams.ensureTopics(Object.values(topics))
    const deadLetters = createDeadLetters(streams, 'ledger', clock, log)
    const parking = await startParking({ streams, clock, log }, 'ledger')
    const store = snapshots(stateSpace('ledger'))
    const policy = createPolicy(profiles, personsNeedProof(context))
    const level = config.HOLDFAST_LEDGER_LEVEL
    const deps = { streams, store, policy, clock, logTime, log, deadLetters, parking, level, lookForDeadlinesEveryMs }
    let stopped: Promise<void> | undefined
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
    /** Its partitions go to who can read them; while nobody can, nothing is written. The first of them may be met while it still starts. */
    function giveUp({ message }: NewerLedgerError): void {
      readiness.note('level', message)
      log.error({ reason: message }, 'the partitions are given up: the ledger is of a newer version')
      stopped ??= starting.then(stage => stage.stop())
    }
    const stage = await starting
    return {
      async stop() {
        stopped ??= stage.stop()
        await stopped
        await parking.stop()
      },
    }
  },
})

/** As a process of its own. */
export const ledger = createLedger()
