import { startParking, stateSpace } from '@holdfast/request-state'
import { topics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { validatePartition } from './on-fact.ts'

/** Assesses every opened or corrected request by the V-rules and sends the verdict as a command. */
export const validation: ServiceDefinition = {
  name: 'validation',
  defaultPort: 8083,
  async start(context, stack) {
    const { streams, snapshots, openPayments, profiles, secret, clock, log } = withPersonalData(context)
    await streams.ensureTopics(Object.values(topics))
    const parking = await startParking({ streams, clock, log }, 'validation')
    stack.defer(() => parking.stop())
    const deps = {
      streams,
      store: snapshots(stateSpace('validation')),
      openStates: new Map(),
      openPayments,
      parking,
      profiles,
      secret,
      clock,
      log,
    }
    const stage = await streams.stage({
      group: 'validation',
      topics: [topics.ledger.name],
      readsFrom: 'ordered',
      open: (assignment, committed) => validatePartition(deps, assignment, committed),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of facts failed; retrying'),
    })
    stack.defer(() => stage.stop())
  },
}
