import { paymentStop } from '@holdfast/payment-stop'
import { createCountryTopics, createDeadLetters, withDeadLetters } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { onRequests } from './on-request.ts'
import { postRequests } from './post-requests.ts'
import { createReceivedBefore } from './received-before.ts'

/** Accepts freeze requests by HTTP and Kafka and turns each into one command. */
export const intake: ServiceDefinition = {
  name: 'intake',
  defaultPort: 8080,
  workflows: [paymentStop],
  readsLedger: false,
  async start(serviceContext, stack) {
    const context = withPersonalData(serviceContext)
    const { streams, clock, log } = context
    await streams.ensureTopics(Object.values(topics))
    const receivedBefore = await createReceivedBefore(context)
    await postRequests(context, receivedBefore)
    const deadLetters = createDeadLetters(streams, 'intake', clock, log)
    const countryTopics = createCountryTopics(streams)
    const onBatch = withDeadLetters(deadLetters, onRequests({ ...context, receivedBefore, deadLetters, countryTopics }))
    const stage = await streams.stage({
      group: 'intake',
      topics: [topics.requests.name],
      open: async () => ({ onBatch, close: async () => undefined }),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of requests failed; retrying'),
    })
    stack.defer(() => stage.stop())
  },
}
