import { assertReadable, type FoldedBatch, type FoldedFact, readDocument, UnreadableDataError } from '@holdfast/folds'
import { isErased } from '@holdfast/schemas'
import { attempt, attemptSync, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { childCommandFor } from '../children/child-command.ts'
import { notificationsFor, notificationsOfRefusal } from '../notifications/notifications-of-fact.ts'
import { type DecryptedFrames, type EncryptedFrame, frameOf } from '../orders/frames.ts'
import { instructionFor, orderOf } from '../orders/order-of-fact.ts'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { concernsKeys } from './destroy-keys.ts'

type Step = FoldedFact<DispatchState>

export interface MakingDependencies {
  readonly streams: Streams
  readonly partition: number
  readonly frames: DecryptedFrames
  /** Signs orders and notices. */
  readonly signer: EngineSigner
}

/** What follows from a batch. */
export interface BatchEffects {
  readonly outbound: Outbound[]
  /** Facts that concern keys, to be followed once all of `outbound` is written. */
  readonly ofKeys: readonly Step[]
}

/** Makes what goes out because of a batch. A request of which something can't be made is parked: it has left the batch from there on, and what lies before that goes out. */
export async function makeOutbound(deps: MakingDependencies, batch: FoldedBatch<DispatchState>): Promise<BatchEffects> {
  const outbound: Outbound[] = []
  const ofKeys: Step[] = []
  const heldBack = new Set<string>()
  await deps.frames.open(batch.accepted.flatMap(step => closedFrameOf(step, deps.frames)))
  for (const step of [...batch.accepted, ...batch.refused].sort((a, b) => a.offset - b.offset)) {
    const { subject, data } = 'fact' in step ? step.fact : step.refused
    const areGone = isErased(data)
    // Nobody destroys them before all that follows from earlier facts is out: also where the words are those of a fact before this one. A command that came before may be refused after: that is told without its words.
    if (heldBack.has(subject) || (areGone && 'fact' in step)) continue
    const made = await attempt(async () => {
      if (!areGone) assertReadable('fact' in step ? step.fact : step.refused)
      return 'fact' in step ? outboundOf(deps, step) : notificationsOfRefusal(deps.signer, step)
    })
    if (made.ok) {
      outbound.push(...made.value)
      if ('fact' in step && concernsKeys(step.fact)) ofKeys.push(step)
    } else if (!(made.fault instanceof UnreadableDataError && made.fault.areDestroyed)) {
      heldBack.add(subject)
      await batch.park(step, made.fault)
    }
  }
  return { outbound, ofKeys }
}

/** What has to be opened for the order that a step makes; nothing where it makes none. */
function closedFrameOf(step: Step, { isClosed }: DecryptedFrames): EncryptedFrame[] {
  const { frame } = step.state
  if (!isClosed(frame)) return []
  const instruction = attemptSync(() => instructionFor(step))
  return instruction.ok && instruction.value ? [frame] : []
}

/** What goes out because of a fact. */
async function outboundOf({ streams, partition, frames, signer }: MakingDependencies, step: Step): Promise<Outbound[]> {
  const { fact, state } = step
  const outbound = notificationsFor(signer, step)
  const instruction = instructionFor(step)
  if (instruction) {
    // With the end of a request its frame is forgotten. What the end itself orders, and all that is ordered once the request is reopened, costs a look into the ledger.
    const frame = state.frame
      ? frames.opened(state.frame)
      : frameOf(fact.subject, await readDocument(streams, partition, state.documentOffset, fact.subject))
    outbound.push(orderOf(fact, frame, instruction, signer))
  }
  const child = await childCommandFor(streams, partition, step)
  if (child) outbound.push(child)
  return outbound
}
