import { topics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { validatePartition } from './on-fact.ts'

/** Assesses every opened or corrected request by the V-rules and says what follows. */
export const validation: ServiceDefinition = {
  name: 'validation',
  defaultPort: 8083,
  async start({ streams, snapshots, openPayments, profiles, clock, log }) {
    await streams.ensureTopics(Object.values(topics))
    const deps = { streams, store: snapshots('validation'), openPayments, profiles, clock, log }
    return streams.stage({
      group: 'validation',
      topics: [topics.ledger.name],
      open: (assignment, committed) => validatePartition(deps, assignment, committed),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'a batch of facts failed and is tried again'),
    })
  },
}
