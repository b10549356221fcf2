import { createPolicy } from '@holdfast/profiles'
import { topics } from '@holdfast/schemas'
import { createDeadLetters, type ServiceDefinition } from '@holdfast/service-kit'
import { ownPartition } from './own-partition.ts'

export interface LedgerOptions {
  /** How often it looks for deadlines that have passed. Default 1000: a second late is early enough for a country. A story on a clock of its own looks more often. */
  readonly lookForDeadlinesEveryMs?: number | undefined
}

/** The only writer of facts: decides every command in order, partition by partition. */
export const createLedger = ({ lookForDeadlinesEveryMs = 1000 }: LedgerOptions = {}): ServiceDefinition => ({
  name: 'ledger',
  defaultPort: 8082,
  async start({ streams, snapshots, profiles, clock, log }) {
    await streams.ensureTopics(Object.values(topics))
    const deadLetters = createDeadLetters(streams, 'ledger', clock, log)
    const store = snapshots('ledger')
    const policy = createPolicy(profiles)
    return streams.stage({
      group: 'ledger',
      topics: [topics.commands.name],
      open: assignment => ownPartition({ streams, store, policy, clock, log, deadLetters, lookForDeadlinesEveryMs }, assignment),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'a batch of commands failed and is tried again'),
    })
  },
})

/** As a process of its own. */
export const ledger = createLedger()
