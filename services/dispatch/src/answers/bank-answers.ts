import { createAnswerObstacleFinder, createNotifiedSigners } from '@holdfast/access'
import { foldersOf } from '@holdfast/directory'
import { paymentStop } from '@holdfast/payment-stop'
import { formatOrder } from '@holdfast/payment-stop/iso20022'
import type { Order } from '@holdfast/payment-stop/language'
import { createFairQueue, startTogether, withDeadLetters } from '@holdfast/runtime'
import type { AnswerParts, Institutions } from '../institutions.ts'
import { startAnswerFolders } from './answer-folders.ts'
import { createRequestFinder } from './find-requests.ts'
import { onAnswers } from './on-answer.ts'
import { postAnswers } from './post-answers.ts'

/** Accepts the answers of institutions by HTTP, from the topic and in files, as CloudEvents or ISO 20022 messages. */
const startAnswers = ({ context, directory, parking, ...parts }: AnswerParts) =>
  startTogether(context.log, async stack => {
    const { streams, clock, log } = context
    const answers = {
      ...context,
      ...parts,
      fairQueue: createFairQueue(),
      toldSigner: createNotifiedSigners(clock),
      requests: createRequestFinder(streams, parts.countryTopics),
      hasHeldQuota: parking.hasHeldQuota,
      findAnswerObstacle: createAnswerObstacleFinder(context.members, directory),
    }
    const stopping = new AbortController()
    await postAnswers(answers, stopping.signal)
    const stage = await streams.stage({
      group: 'dispatch-answers',
      topics: [paymentStop.topics.answers.name],
      open: async ({ signal }) => ({
        onBatch: withDeadLetters(answers.deadLetters, onAnswers(answers, signal)),
        close: async () => undefined,
      }),
      onFault: (error, at) => log.warn({ err: error, ...at }, 'A batch of answers failed; retrying'),
    })
    stack.defer(() => stage.stop())
    const files = startAnswerFolders({ ...answers, folders: () => foldersOf(directory()) })
    stack.defer(() => files.stop())
    stack.defer(() => stopping.abort())
    return {}
  })

/** The banks that carry out payment stops. */
export const banks: Institutions = {
  formatOrder: (order, format, sender) => formatOrder(order as unknown as Order, format, sender),
  startAnswers,
}
