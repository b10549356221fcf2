import { commandType, consequenceIdOf, namesInEvent, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** A fact that has to be assessed, and where it lies in its ledger partition. */
interface Assessed {
  readonly requestId: string
  readonly factId: string
  readonly offset: number
}

/** Stamps of the brokers and services may differ; what was said up to this long before its fact was taken is still looked at. */
const marginMs = 60_000

/** The id of what validation says to the ledger of a fact. */
export const answerIdOf = ({ requestId, factId }: Pick<Assessed, 'requestId' | 'factId'>): string =>
  consequenceIdOf('command', requestId, factId)

/**
 * Reads back what validation has said of these facts to the ledger, which has not decided on it yet: gives those that were found to be no duplicate. The
 * commands of a request lie in the partition of the same number as its facts.
 */
export async function undecidedAnswers<A extends Assessed>(streams: Streams, partition: number, assessed: readonly A[]): Promise<A[]> {
  if (assessed.length === 0) return []
  const byAnswer = new Map(assessed.map(each => [answerIdOf(each), each]))
  const first = Math.min(...assessed.map(each => each.offset))
  const { commands } = topics
  const from = await streams.offsetAt(commands.name, partition, (await takenAtMs(streams, partition, first)) - marginMs)
  const to = await streams.endOffset(commands.name, partition)
  const standing: A[] = []
  for await (const records of streams.read(commands.name, partition, from, to))
    for (const { value } of records) {
      const { id, type } = namesInEvent(value)
      const found = typeof id === 'string' ? byAnswer.get(id) : undefined
      if (!found) continue
      // The ledger goes by the first of several; a repeat may have found otherwise.
      byAnswer.delete(answerIdOf(found))
      if (type !== commandType('MarkDuplicate')) standing.push(found)
    }
  return standing
}

async function takenAtMs(streams: Streams, partition: number, offset: number): Promise<number> {
  for await (const [record] of streams.read(topics.ledger.name, partition, offset, offset + 1)) if (record) return record.timestampMs
  return 0
}
