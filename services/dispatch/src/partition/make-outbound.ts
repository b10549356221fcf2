import type { EncryptedFrame, Workflow } from '@holdfast/core'
import {
  type AppliedBatch,
  type AppliedFact,
  type AppliedRefusal,
  assertReadable,
  readDocument,
  UnreadableDataError,
} from '@holdfast/request-state'
import { isErased } from '@holdfast/schemas'
import { attempt, attemptSync, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import type { DecryptedFrames } from '../orders/frames.ts'
import { orderOf } from '../orders/order-of-fact.ts'
import { type Outbound, outboundNotificationOf } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { concernsKeys } from './destroy-keys.ts'
import { onwardCommandFor } from './onward-command.ts'

type Step = AppliedFact<DispatchState>

export interface OutboundDependencies {
  readonly workflow: Workflow
  readonly streams: Streams
  readonly partition: number
  readonly frames: DecryptedFrames
  /** Signs orders and notifications. */
  readonly signer: EngineSigner
}

/** The effects of a batch. */
export interface BatchEffects {
  readonly outbound: Outbound[]
  /** Facts about keys, to be executed after all of `outbound` is written. */
  readonly ofKeys: readonly Step[]
}

/**
 * Makes the outbound messages of a batch. A request for which one fails is parked from that fact on; its earlier
 * messages are sent.
 */
export async function makeOutbound(deps: OutboundDependencies, batch: AppliedBatch<DispatchState>): Promise<BatchEffects> {
  const outbound: Outbound[] = []
  const ofKeys: Step[] = []
  const parked = new Set<string>()
  await deps.frames.open(batch.accepted.flatMap(step => closedFrameOf(deps, step)))
  for (const step of [...batch.accepted, ...batch.refused].sort((a, b) => a.offset - b.offset)) {
    const { subject, data } = 'fact' in step ? step.fact : step.refused
    const isRedacted = isErased(data)
    // Keys are destroyed only after all messages of earlier facts are sent, even if an earlier fact holds the personal
    // data. A command that was sent before may be refused afterwards: its notification is redacted.
    if (parked.has(subject) || (isRedacted && 'fact' in step)) continue
    const made = await attempt(async () => {
      if (!isRedacted) assertReadable('fact' in step ? step.fact : step.refused)
      return 'fact' in step ? outboundOf(deps, step) : outboundOfRefusal(deps, step)
    })
    if (made.ok) {
      outbound.push(...made.value)
      if ('fact' in step && concernsKeys(step.fact)) ofKeys.push(step)
    } else if (!(made.fault instanceof UnreadableDataError && made.fault.isErased)) {
      parked.add(subject)
      await batch.park(step, made.fault)
    }
  }
  return { outbound, ofKeys }
}

/** The frame to decrypt for the order of a step, if it makes one. */
function closedFrameOf({ workflow, frames: { isClosed } }: OutboundDependencies, step: Step): EncryptedFrame[] {
  const { frame } = step.state
  if (!isClosed(frame)) return []
  const instruction = attemptSync(() => workflow.dispatching.orders?.instructionFor(step))
  return instruction.ok && instruction.value ? [frame] : []
}

/** The outbound messages of one fact. */
async function outboundOf(deps: OutboundDependencies, step: Step): Promise<Outbound[]> {
  const { workflow, streams, partition, frames, signer } = deps
  const { fact, state } = step
  const { notifications, orders } = workflow.dispatching
  const outbound = notifications.ofFact(step).map(notification => outboundNotificationOf(signer, workflow, fact, notification))
  const instruction = orders?.instructionFor(step)
  if (orders && instruction) {
    // The frame is dropped with the end of a request. Orders at its end or after a reopening read the ledger instead.
    const frame = state.frame
      ? frames.opened(state.frame)
      : orders.frameOf(fact.subject, await readDocument(streams, workflow, partition, state.documentOffset, fact.subject))
    outbound.push(orderOf(signer, workflow, fact, frame, instruction))
  }
  const further = await onwardCommandFor(deps, step)
  if (further) outbound.push(further)
  return outbound
}

const outboundOfRefusal = ({ workflow, signer }: OutboundDependencies, { refused, state }: AppliedRefusal<DispatchState>): Outbound[] =>
  workflow.dispatching.notifications
    .ofRefusal(refused, state.summary)
    .map(notification => outboundNotificationOf(signer, workflow, refused, notification))
