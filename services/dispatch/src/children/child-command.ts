import { paymentStop } from '@holdfast/payment-stop'
import { type AppliedFact, assertReadable, readDocument, readFactAt } from '@holdfast/request-state'
import { destinationIn, documentOf, type Fact } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { type AgreedChild, type Agreement, agreedChildIn, childCommandOf, namesDestination } from './child-request.ts'

/**
 * Returns the command that opens the child request which a fact approves; undefined if it approves none. Reads the
 * report and the document it refers to from the ledger partition.
 *
 * Throws if the report names no destination, which the ledger never approves, or if its personal data is unreadable.
 */
export async function childCommandFor(
  streams: Streams,
  partition: number,
  step: AppliedFact<DispatchState, Fact>,
): Promise<Outbound | undefined> {
  const agreement = agreedChildIn(step.fact)
  return agreement && childCommandOf(await agreedChildOf(streams, partition, agreement, step), step.state)
}

async function agreedChildOf(
  streams: Streams,
  partition: number,
  { because, child, report: sequence }: Agreement,
  { before, state, offset }: AppliedFact<DispatchState, Fact>,
): Promise<AgreedChild> {
  const { requestId } = state.summary
  const own = { offset, documentOffset: state.documentOffset }
  const at = sequence === undefined ? own : before?.waiting.find(report => report.sequence === sequence)
  const report = at && (at === own ? because : await readFactAt<Fact>(streams, paymentStop, partition, at.offset, requestId))
  if (!report || !namesDestination(report)) throw new Error(`${requestId} has no onward report for fact ${because.sequence}`)
  assertReadable(report)
  const documented = await readFactAt<Fact>(streams, paymentStop, partition, at.documentOffset, requestId)
  assertReadable(documented)
  const parent = documentOf(documented)
  if (!parent) throw new Error(`the ledger has no document of ${requestId} at ${partition}/${at.documentOffset}`)
  const latest =
    at.documentOffset === state.documentOffset
      ? parent
      : await readDocument(streams, paymentStop, partition, state.documentOffset, requestId)
  return { because, child, report, parent, left: destinationIn(parent, documented.data), handling: latest.handling }
}
