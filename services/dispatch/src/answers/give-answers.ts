import { topics } from '@holdfast/schemas'
import { type Clock, type CountryTopics, publishByTopic } from '@holdfast/service-kit'
import { recordOf, type Streams } from '@holdfast/streams'
import type { Outbound } from '../outbound.ts'
import { commandOfAnswer } from './command-of-answer.ts'
import { bankMessageOf } from './keep-bank-message.ts'
import { type MatchedAnswers, type ReceivedDocument, type ToLookAt, wordOfUnknown } from './match-answers.ts'
import { noticeOfAnswer } from './notice-of-answer.ts'

export type GivingDependencies = {
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly clock: Clock
  readonly tell: (notices: readonly Outbound[]) => Promise<void>
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
 */
export async function giveAnswers(
  { streams, countryTopics, clock, tell }: GivingDependencies,
  given: readonly FoundAnswers[],
  isAnswered: boolean,
): Promise<void> {
  const now = clock.now()
  const messages = given.flatMap(each => bankMessageOf(each, each.takenAt) ?? [])
  if (messages.length > 0) await publishByTopic(streams, countryTopics, messages)
  const commands = given.flatMap(({ sender, document, matched }) =>
    matched.answers.map(answer => commandOfAnswer(answer, sender, document, now)),
  )
  if (commands.length > 0)
    await streams.publish(
      topics.commands.name,
      commands.map(command => recordOf(command.subject, command)),
    )
  await tell(
    given.flatMap(each =>
      toTell(each, isAnswered).map((what, nth) => noticeOfAnswer(each.sender.country, each.document, what, nth, each.takenAt)),
    ),
  )
}

function toTell({ sender, document, matched }: FoundAnswers, isAnswered: boolean): readonly ToLookAt[] {
  const unknown = isAnswered ? undefined : wordOfUnknown(sender.country, document, matched)
  return unknown ? [...matched.attention, unknown] : matched.attention
}
