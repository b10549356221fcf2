import { assertReadable, type FoldedFact, readDocument, readFactAt } from '@holdfast/folds'
import { destinationIn, documentOf } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { OutboundRecord } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { type AgreedChild, type Agreement, agreedChildIn, childCommandOf, namesDestination } from './child-request.ts'

/**
 * The command that opens the child which a fact agrees to; undefined where it agrees to none. What a child is made of is read back from the ledger partition: the report, and the document that it was made on.
 * Throws where it is made of nothing: no ledger agrees to what does not say where the money went; and where words of it can't be read.
 */
export async function childCommandFor(
  streams: Streams,
  partition: number,
  step: FoldedFact<DispatchState>,
): Promise<OutboundRecord | undefined> {
  const agreement = agreedChildIn(step.fact)
  return agreement && childCommandOf(await agreedChildOf(streams, partition, agreement, step), step.state)
}

async function agreedChildOf(
  streams: Streams,
  partition: number,
  { because, child, report: sequence }: Agreement,
  { before, state, offset }: FoldedFact<DispatchState>,
): Promise<AgreedChild> {
  const { requestId } = state.standing
  const own = { offset, documentOffset: state.documentOffset }
  const at = sequence === undefined ? own : before?.waiting.find(report => report.sequence === sequence)
  const report = at && (at === own ? because : await readFactAt(streams, partition, at.offset, requestId))
  if (!report || !namesDestination(report)) throw new Error(`${requestId} has no report that fact ${because.sequence} could follow`)
  assertReadable(report)
  const documented = await readFactAt(streams, partition, at.documentOffset, requestId)
  assertReadable(documented)
  const parent = documentOf(documented)
  if (!parent) throw new Error(`the ledger has no document of ${requestId} at ${partition}/${at.documentOffset}`)
  const latest =
    at.documentOffset === state.documentOffset ? parent : await readDocument(streams, partition, state.documentOffset, requestId)
  return { because, child, report, parent, left: destinationIn(parent, documented.data), handling: latest.handling }
}
