import { topicOfLedger } from '@holdfast/schemas'
import { renamedStreams, type Streams } from '@holdfast/streams'

/**
 * Returns the streams with the topic names that services use: commands and facts have the same names for every ledger,
 * and are mapped to the topics of this one.
 */
export function streamsOfLedger(streams: Streams, ledger: number): Streams {
  if (ledger === 1) return streams
  return renamedStreams(streams, { topicOf: topic => topicOfLedger(topic, ledger), groupOf: group => group })
}
