import { paymentStop } from '@holdfast/payment-stop'
import { type AppliedBatch, type AppliedFact, assertReadable, readDocument, UnreadableDataError } from '@holdfast/request-state'
import { type Fact, isErased } from '@holdfast/schemas'
import { attempt, attemptSync, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { childCommandFor } from '../children/child-command.ts'
import { notificationsFor, notificationsOfRefusal } from '../notifications/notifications-of-fact.ts'
import { type DecryptedFrames, type EncryptedFrame, frameOf } from '../orders/frames.ts'
import { instructionFor, orderOf } from '../orders/order-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { concernsKeys } from './destroy-keys.ts'

type Step = AppliedFact<DispatchState, Fact>

export interface OutboundDependencies {
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
export async function makeOutbound(deps: OutboundDependencies, batch: AppliedBatch<DispatchState, Fact>): Promise<BatchEffects> {
  const outbound: Outbound[] = []
  const ofKeys: Step[] = []
  const parked = new Set<string>()
  await deps.frames.open(batch.accepted.flatMap(step => closedFrameOf(step, deps.frames)))
  for (const step of [...batch.accepted, ...batch.refused].sort((a, b) => a.offset - b.offset)) {
    const { subject, data } = 'fact' in step ? step.fact : step.refused
    const isRedacted = isErased(data)
    // Keys are destroyed only after all messages of earlier facts are sent, even if an earlier fact holds the personal
    // data. A command that was sent before may be refused afterwards: its notification is redacted.
    if (parked.has(subject) || (isRedacted && 'fact' in step)) continue
    const made = await attempt(async () => {
      if (!isRedacted) assertReadable('fact' in step ? step.fact : step.refused)
      return 'fact' in step ? outboundOf(deps, step) : notificationsOfRefusal(deps.signer, step)
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
function closedFrameOf(step: Step, { isClosed }: DecryptedFrames): EncryptedFrame[] {
  const { frame } = step.state
  if (!isClosed(frame)) return []
  const instruction = attemptSync(() => instructionFor(step))
  return instruction.ok && instruction.value ? [frame] : []
}

/** The outbound messages of one fact. */
async function outboundOf({ streams, partition, frames, signer }: OutboundDependencies, step: Step): Promise<Outbound[]> {
  const { fact, state } = step
  const outbound = notificationsFor(signer, step)
  const instruction = instructionFor(step)
  if (instruction) {
    // The frame is dropped with the end of a request. Orders at its end or after a reopening read the ledger instead.
    const frame = state.frame
      ? frames.opened(state.frame)
      : frameOf(fact.subject, await readDocument(streams, paymentStop, partition, state.documentOffset, fact.subject))
    outbound.push(orderOf(fact, frame, instruction, signer))
  }
  const child = await childCommandFor(streams, partition, step)
  if (child) outbound.push(child)
  return outbound
}
