import { type Clock, type CountryTopics, publishByTopic } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { publishUnlessErased } from '@holdfast/sealing/wrappers'
import { recordOf, type Streams } from '@holdfast/streams'
import type { EngineSecret, EngineSigner } from '@holdfast/trust'
import { commandOfAnswer } from './command-of-answer.ts'
import { type AttentionItem, attentionForUnknown, type MatchedAnswers } from './match-answers.ts'
import type { MatchedAnswer, ReceivedDocument } from './matched-answer.ts'
import { notificationOfAnswer } from './notification-of-answer.ts'
import { bankMessageOf } from './store-bank-message.ts'

export type GivingDependencies = {
  readonly secret: EngineSecret
  /** Signs notices. */
  readonly signer: EngineSigner
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly clock: Clock
}

/** A document whose orders are found. */
export interface FoundAnswers extends ReceivedDocument {
  readonly matched: MatchedAnswers
  /** When it came: the same each time that it is given out. */
  readonly takenAt: Date
}

/**
 * What every door does with answers once their orders are found: each is a command in the name of who gave it, and its country is told what it leaves to a person. A bank's
 * message is kept first, so that whoever reads what came of it finds it. What is about no order is told in one word for each document, unless the door has answered that itself. Done again, it makes the same messages and notices, and commands with the same ids.
 * Gives what is about requests whose words were destroyed: of that there is no command, and its country is told. A door that answers itself throws PersonalDataErasedError, and nothing is done.
 */
export async function giveAnswers(
  { secret, signer, streams, countryTopics, clock }: GivingDependencies,
  given: readonly FoundAnswers[],
  isAnswered: boolean,
): Promise<readonly AttentionItem[]> {
  const now = clock.now()
  const messages = given.flatMap(each => bankMessageOf(secret, each, each.takenAt) ?? [])
  if (messages.length > 0) await publishByTopic(streams, countryTopics, messages)
  const commands = given.flatMap(found =>
    found.matched.answers.map(answer => {
      const command = commandOfAnswer(secret, answer, found, now)
      return { ...recordOf(command.subject, command), found, answer }
    }),
  )
  const gone = isAnswered ? [] : await publishUnlessErased(streams, topics.commands.name, commands)
  if (isAnswered && commands.length > 0) await streams.publish(topics.commands.name, commands)
  const ofDocument = (each: FoundAnswers) => gone.flatMap(({ found, answer }) => (found === each ? [wordOfGone(answer)] : []))
  await publishByTopic(
    streams,
    countryTopics,
    given.flatMap(each =>
      [...toTell(each, isAnswered), ...ofDocument(each)].map((what, nth) =>
        notificationOfAnswer(signer, each.sender.country, each.document, what, nth, each.takenAt),
      ),
    ),
  )
  return given.flatMap(ofDocument)
}

const wordOfGone = ({ requestId, orderId, content }: MatchedAnswer): AttentionItem => ({
  code: 'WRONG_STATE',
  message: `The request has ended and its words were destroyed: nothing is added to it any more, and the answer (${content.kind}) was not taken`,
  requestId,
  orderId,
})

function toTell({ sender, document, matched }: FoundAnswers, isAnswered: boolean): readonly AttentionItem[] {
  const unknown = isAnswered ? undefined : attentionForUnknown(sender.country, document, matched)
  return unknown ? [...matched.attention, unknown] : matched.attention
}
