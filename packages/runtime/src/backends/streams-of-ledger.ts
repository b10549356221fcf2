import { topicOfLedger } from '@holdfast/schemas'
import { renamedStreams, type Streams } from '@holdfast/streams'

/** The streams as services of one ledger know them: commands and facts have the same names for every ledger, and lie in the topics of this one. */
export function streamsOfLedger(streams: Streams, ledger: number): Streams {
  if (ledger === 1) return streams
  return renamedStreams(streams, { topicOf: topic => topicOfLedger(topic, ledger), groupOf: group => group })
}
