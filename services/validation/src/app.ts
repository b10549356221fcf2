import { serviceNameOf, stateSpaceOf, type Workflow } from '@holdfast/core'
import { startParking } from '@holdfast/request-state'
import { engineTopics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { validatePartition } from './on-fact.ts'

/** Assesses every opened or corrected request by the rules of its workflow and sends the verdict as a command. */
export const createValidation = (workflow: Workflow): ServiceDefinition => ({
  name: 'validation',
  defaultPort: 8083,
  workflows: [workflow],
  async start(context, stack) {
    const { streams, snapshots, profilesOf, secret, clock, log } = withPersonalData(context, workflow)
    await streams.ensureTopics([...Object.values(workflow.topics), ...Object.values(engineTopics)])
    const parking = await startParking({ streams, clock, log }, workflow, 'validation')
    stack.defer(() => parking.stop())
    const deps = {
      workflow,
      streams,
      store: snapshots(stateSpaceOf(workflow, 'validation')),
      openStates: new Map(),
      claims: context.claims(workflow.topicPrefix),
      parking,
      profiles: profilesOf(workflow),
      secret,
      clock,
      log,
    }
    const stage = await streams.stage({
      group: serviceNameOf(workflow, 'validation'),
      topics: [workflow.topics.ledger.name],
      readsFrom: 'ordered',
      open: (assignment, committed) => validatePartition(deps, assignment, committed),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of facts failed; retrying'),
    })
    stack.defer(() => stage.stop())
  },
})
