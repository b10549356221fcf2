import { serviceNameOf, type Workflow } from '@holdfast/core'
import { createCountryTopics, createDeadLetters, withDeadLetters } from '@holdfast/runtime'
import { engineTopics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { onRequests } from './on-request.ts'
import { postRequests } from './post-requests.ts'
import { createReceivedBefore } from './received-before.ts'

/** Accepts the documents of a workflow by HTTP and Kafka and turns each into one command. */
export const createIntake = (workflow: Workflow): ServiceDefinition => ({
  name: 'intake',
  defaultPort: 8080,
  workflows: [workflow],
  readsLedger: false,
  async start(serviceContext, stack) {
    const context = withPersonalData(serviceContext, workflow)
    const { streams, clock, log } = context
    await streams.ensureTopics([...Object.values(workflow.topics), ...Object.values(engineTopics)])
    const receivedBefore = await createReceivedBefore(workflow, context)
    await postRequests(workflow, context, receivedBefore)
    const deadLetters = createDeadLetters(streams, 'intake', clock, log)
    const countryTopics = createCountryTopics(streams)
    const onBatch = withDeadLetters(deadLetters, onRequests({ ...context, workflow, receivedBefore, deadLetters, countryTopics }))
    const stage = await streams.stage({
      group: serviceNameOf(workflow, 'intake'),
      topics: [workflow.topics.requests.name],
      open: async () => ({ onBatch, close: async () => undefined }),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of requests failed; retrying'),
    })
    stack.defer(() => stage.stop())
  },
})
