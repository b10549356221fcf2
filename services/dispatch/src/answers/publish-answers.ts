import { publishUnlessErased } from '@holdfast/encryption/wrappers'
import { type Clock, type CountryTopics, publishByTopic } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { recordOf, type Streams } from '@holdfast/streams'
import type { EngineSecret, EngineSigner } from '@holdfast/trust'
import { commandOfAnswer } from './command-of-answer.ts'
import { type AttentionItem, attentionForUnknown, type MatchedAnswers } from './match-answers.ts'
import type { MatchedAnswer, ReceivedDocument } from './matched-answer.ts'
import { notificationOfAnswer } from './notification-of-answer.ts'
import { bankMessageOf } from './store-bank-message.ts'

export type PublishingDependencies = {
  readonly secret: EngineSecret
  /** Signs notifications. */
  readonly signer: EngineSigner
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly clock: Clock
}

/** A document whose orders have been matched. */
export interface FoundAnswers extends ReceivedDocument {
  readonly matched: MatchedAnswers
  /** When the document arrived: the same time at each retry. */
  readonly takenAt: Date
}

/**
 * Publishes what matched answers lead to, for every ingress: a command for each answer, with its sender as actor, and
 * notifications of everything that a person has to resolve. A repeat makes identical messages and commands with the
 * same ids.
 *
 * A bank's message is stored first, so that readers of its commands find it. All parts about unknown orders make one
 * notification for each document, unless the ingress has already answered.
 *
 * Returns the answers about requests whose personal data was erased: they make no command, and their country is
 * notified. If the ingress answers itself, throws PersonalDataErasedError and publishes nothing.
 */
export async function publishAnswers(
  { secret, signer, streams, countryTopics, clock }: PublishingDependencies,
  documents: readonly FoundAnswers[],
  isAnswered: boolean,
): Promise<readonly AttentionItem[]> {
  const now = clock.now()
  const messages = documents.flatMap(each => bankMessageOf(secret, each, each.takenAt) ?? [])
  if (messages.length > 0) await publishByTopic(streams, countryTopics, messages)
  const commands = documents.flatMap(found =>
    found.matched.answers.map(answer => {
      const command = commandOfAnswer(secret, answer, found, now)
      return { ...recordOf(command.subject, command), found, answer }
    }),
  )
  const erased = isAnswered ? [] : await publishUnlessErased(streams, topics.commands.name, commands)
  if (isAnswered && commands.length > 0) await streams.publish(topics.commands.name, commands)
  const erasedOf = (each: FoundAnswers) => erased.flatMap(({ found, answer }) => (found === each ? [attentionForErased(answer)] : []))
  await publishByTopic(
    streams,
    countryTopics,
    documents.flatMap(each =>
      [...attentionOf(each, isAnswered), ...erasedOf(each)].map((what, nth) =>
        notificationOfAnswer(signer, each.sender.country, each.document, what, nth, each.takenAt),
      ),
    ),
  )
  return documents.flatMap(erasedOf)
}

const attentionForErased = ({ requestId, orderId, content }: MatchedAnswer): AttentionItem => ({
  code: 'WRONG_STATE',
  message: `The request has ended and its personal data was erased, so the engine did not accept the answer (${content.kind})`,
  requestId,
  orderId,
})

function attentionOf({ sender, document, matched }: FoundAnswers, isAnswered: boolean): readonly AttentionItem[] {
  const unknown = isAnswered ? undefined : attentionForUnknown(sender.country, document, matched)
  return unknown ? [...matched.attention, unknown] : matched.attention
}
