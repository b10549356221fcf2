import type { Workflow } from '@holdfast/core'
import { commandTypeOf, consequenceIdOf, namesInEvent } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** A fact that must be assessed, and its offset in the ledger partition. */
interface Assessed {
  readonly requestId: string
  readonly factId: string
  readonly offset: number
}

/** Timestamps of brokers and services may differ, so reading starts this long before the fact. */
const marginMs = 60_000

/** The id of validation's command about a fact. */
export const answerIdOf = ({ requestId, factId }: Pick<Assessed, 'requestId' | 'factId'>): string =>
  consequenceIdOf('command', requestId, factId)

interface AnswerSources {
  readonly streams: Streams
  readonly workflow: Pick<Workflow, 'topics'>
}

/**
 * Reads validation's commands about these facts that the ledger has not decided yet, and returns the facts that were no
 * duplicates. Commands and facts of a request have the same partition number.
 */
export async function undecidedAnswers<A extends Assessed>(
  { streams, workflow: { topics } }: AnswerSources,
  partition: number,
  assessed: readonly A[],
): Promise<A[]> {
  if (assessed.length === 0) return []
  const byAnswer = new Map(assessed.map(each => [answerIdOf(each), each]))
  const first = Math.min(...assessed.map(each => each.offset))
  const { commands } = topics
  const from = await streams.offsetAt(
    commands.name,
    partition,
    (await recordedAtMs(streams, topics.ledger.name, partition, first)) - marginMs,
  )
  const to = await streams.endOffset(commands.name, partition)
  const notDuplicates: A[] = []
  for await (const records of streams.read(commands.name, partition, from, to))
    for (const { value } of records) {
      const { id, type } = namesInEvent(value)
      const found = typeof id === 'string' ? byAnswer.get(id) : undefined
      if (!found) continue
      // The ledger applies the first of several commands; a repeat may have another verdict.
      byAnswer.delete(answerIdOf(found))
      if (type !== commandTypeOf('MarkDuplicate')) notDuplicates.push(found)
    }
  return notDuplicates
}

async function recordedAtMs(streams: Streams, ledger: string, partition: number, offset: number): Promise<number> {
  for await (const [record] of streams.read(ledger, partition, offset, offset + 1)) if (record) return record.timestampMs
  return 0
}
