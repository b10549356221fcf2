import { createPolicy, loadProfiles } from '@holdfast/profiles'
import { topics } from '@holdfast/schemas'
import { createDeadLetters, type ServiceDefinition } from '@holdfast/service-kit'
import { ownPartition } from './own-partition.ts'

/** The only writer of facts: decides every command in order, partition by partition. */
export const ledger: ServiceDefinition = {
  name: 'ledger',
  defaultPort: 8082,
  async start({ streams, snapshots, clock, log }) {
    await streams.ensureTopics(Object.values(topics))
    const deadLetters = createDeadLetters(streams, 'ledger', clock, log)
    const store = snapshots('ledger')
    const policy = createPolicy(loadProfiles())
    return streams.stage({
      group: 'ledger',
      topics: [topics.commands.name],
      open: assignment => ownPartition({ streams, store, policy, clock, log, deadLetters }, assignment),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'a batch of commands failed and is tried again'),
    })
  },
}
