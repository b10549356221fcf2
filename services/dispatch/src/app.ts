import { createAnswerObstacleFinder, createNotifiedSigners } from '@holdfast/access'
import { stateSpaceOf } from '@holdfast/core'
import { foldersOf } from '@holdfast/directory'
import { paymentStop } from '@holdfast/payment-stop'
import { startParking } from '@holdfast/request-state'
import { createCountryTopics, createDeadLetters, createFairQueue, startAtOnce, withDeadLetters } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type ServiceDefinition, withPersonalData } from '@holdfast/service-kit'
import { startAnswerFolders } from './answers/answer-folders.ts'
import { createRequestFinder } from './answers/find-requests.ts'
import { onAnswers } from './answers/on-answer.ts'
import { postAnswers } from './answers/post-answers.ts'
import { checkDirectory, startDeliveries } from './deliveries/start-deliveries.ts'
import { dispatchPartition } from './partition/dispatch-partition.ts'
import { createOrderFinder } from './state/find-orders.ts'

/** Sends orders and notifications, and accepts the answers of institutions. */
export const dispatch: ServiceDefinition = {
  name: 'dispatch',
  defaultPort: 8084,
  workflows: [paymentStop],
  checks: [checkDirectory],
  async start(serviceContext, stack) {
    const context = withPersonalData(serviceContext, paymentStop)
    const { streams, snapshots, cipher, signer, clock, log, status } = context
    await streams.ensureTopics(Object.values(topics))
    const deliveries = await startDeliveries(context)
    stack.defer(() => deliveries.stop())
    status.circuits(deliveries.circuits)
    const parking = await startParking({ streams, clock, log }, paymentStop, 'dispatch')
    stack.defer(() => parking.stop())
    const deps = {
      streams,
      planDelivery: deliveries.plan,
      store: snapshots(stateSpaceOf(paymentStop, 'dispatch')),
      openStates: new Map(),
      parking,
      cipher,
      countryTopics: createCountryTopics(streams),
      deadLetters: createDeadLetters(streams, 'dispatch', clock, log),
      signer,
      clock,
      log,
    }
    const answers = {
      ...context,
      deadLetters: deps.deadLetters,
      countryTopics: deps.countryTopics,
      fairQueue: createFairQueue(),
      toldSigner: createNotifiedSigners(clock),
      requests: createRequestFinder(streams, deps.countryTopics),
      hasHeldQuota: parking.hasHeldQuota,
      findAnswerObstacle: createAnswerObstacleFinder(context.members, deliveries.directory),
      orders: createOrderFinder({
        streams,
        store: deps.store,
        openStates: deps.openStates,
        parking,
        onLedgerRead: (partition, facts) =>
          log.warn({ partition, facts }, 'Orders looked up in the ledger, because the snapshot store is incomplete'),
      }),
    }
    const stopping = new AbortController()
    await postAnswers(answers, stopping.signal)
    // Both start at the same time: each waits for its own consumer group.
    await startAtOnce(stack, [
      streams.stage({
        group: 'dispatch',
        topics: [topics.ledger.name],
        readsFrom: 'ordered',
        open: (assignment, committed) => dispatchPartition(deps, assignment, committed),
        onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of facts failed; retrying'),
      }),
      streams.stage({
        group: 'dispatch-answers',
        topics: [topics.answers.name],
        open: async ({ signal }) => ({
          onBatch: withDeadLetters(answers.deadLetters, onAnswers(answers, signal)),
          close: async () => undefined,
        }),
        onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of answers failed; retrying'),
      }),
    ])
    const files = startAnswerFolders({ ...answers, folders: () => foldersOf(deliveries.directory()) })
    stack.defer(() => files.stop())
    stack.defer(() => stopping.abort())
  },
}
