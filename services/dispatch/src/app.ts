import { serviceNameOf, stateSpaceOf, type Workflow } from '@holdfast/core'
import { startParking } from '@holdfast/request-state'
import { createCountryTopics, createDeadLetters, startAtOnce } from '@holdfast/runtime'
import { engineTopics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { checkDirectory, noDeliveries, startDeliveries } from './deliveries/start-deliveries.ts'
import type { Institutions } from './institutions.ts'
import { dispatchPartition } from './partition/dispatch-partition.ts'
import { createOrderFinder } from './state/find-orders.ts'

export type { Institutions } from './institutions.ts'

/**
 * Sends the notifications and orders of a workflow, and destroys keys.
 *
 * @param institutions those that get orders and answer them; undefined if the workflow sends none.
 */
export const createDispatch = (workflow: Workflow, institutions?: Institutions): ServiceDefinition => ({
  name: 'dispatch',
  defaultPort: 8084,
  workflows: [workflow],
  checks: institutions ? [checkDirectory] : [],
  async start(serviceContext, stack) {
    const context = withPersonalData(serviceContext, workflow)
    const { streams, snapshots, cipher, signer, clock, log, status } = context
    await streams.ensureTopics([...Object.values(workflow.topics), ...Object.values(engineTopics)])
    const deliveries = institutions ? await startDeliveries(context, workflow, institutions) : noDeliveries
    stack.defer(() => deliveries.stop())
    status.circuits(deliveries.circuits)
    const parking = await startParking({ streams, clock, log }, workflow, 'dispatch')
    stack.defer(() => parking.stop())
    const deps = {
      workflow,
      streams,
      planDelivery: deliveries.plan,
      store: snapshots(stateSpaceOf(workflow, 'dispatch')),
      openStates: new Map(),
      parking,
      cipher,
      countryTopics: createCountryTopics(streams),
      deadLetters: createDeadLetters(streams, 'dispatch', clock, log),
      signer,
      clock,
      log,
    }
    const orders = createOrderFinder({
      workflow,
      streams,
      store: deps.store,
      openStates: deps.openStates,
      parking,
      onLedgerRead: (partition, facts) =>
        log.warn({ partition, facts }, 'Orders looked up in the ledger, because the snapshot store is incomplete'),
    })
    const { countryTopics, deadLetters } = deps
    // Both start at the same time: each waits for its own consumer group.
    await startAtOnce(stack, [
      streams.stage({
        group: serviceNameOf(workflow, 'dispatch'),
        topics: [workflow.topics.ledger.name],
        readsFrom: 'ordered',
        open: (assignment, committed) => dispatchPartition(deps, assignment, committed),
        onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of facts failed; retrying'),
      }),
      ...(institutions
        ? [institutions.startAnswers({ context, deadLetters, countryTopics, parking, orders, directory: deliveries.directory })]
        : []),
    ])
  },
})
