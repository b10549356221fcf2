import { topics } from '@holdfast/schemas'
import { createCountryTopics, createDeadLetters, type ServiceDefinition } from '@holdfast/service-kit'
import { onAnswers } from './on-answer.ts'
import { dispatchPartition } from './on-fact.ts'

/** Sends orders and notices out and takes answers in. */
export const dispatch: ServiceDefinition = {
  name: 'dispatch',
  defaultPort: 8084,
  async start(context) {
    const { streams, snapshots, clock, log } = context
    await streams.ensureTopics(Object.values(topics))
    const deps = { streams, store: snapshots('dispatch'), countryTopics: createCountryTopics(streams), log }
    const onBatch = onAnswers({ ...context, deadLetters: createDeadLetters(streams, 'dispatch', clock, log) })
    const out = await streams.stage({
      group: 'dispatch',
      topics: [topics.ledger.name],
      open: (assignment, committed) => dispatchPartition(deps, assignment, committed),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'a batch of facts failed and is tried again'),
    })
    const back = await streams.stage({
      group: 'dispatch-answers',
      topics: [topics.answers.name],
      open: async () => ({ onBatch, close: async () => undefined }),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'a batch of answers failed and is tried again'),
    })
    return {
      async stop() {
        await Promise.all([out.stop(), back.stop()])
      },
    }
  },
}
