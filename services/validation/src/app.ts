import { stateSpaceOf } from '@holdfast/core'
import { paymentStop } from '@holdfast/payment-stop'
import { startParking } from '@holdfast/request-state'
import { topics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { validatePartition } from './on-fact.ts'

/** Assesses every opened or corrected request by the V-rules and sends the verdict as a command. */
export const validation: ServiceDefinition = {
  name: 'validation',
  defaultPort: 8083,
  workflows: [paymentStop],
  async start(context, stack) {
    const { streams, snapshots, openPayments, profilesOf, secret, clock, log } = withPersonalData(context)
    await streams.ensureTopics(Object.values(topics))
    const parking = await startParking({ streams, clock, log }, paymentStop, 'validation')
    stack.defer(() => parking.stop())
    const deps = {
      streams,
      store: snapshots(stateSpaceOf(paymentStop, 'validation')),
      openStates: new Map(),
      openPayments,
      parking,
      profiles: profilesOf(paymentStop),
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
