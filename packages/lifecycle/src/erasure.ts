import type { Command, Refusal } from '@holdfast/schemas'
import { isRetained } from './context.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'

/** What the engine says of keys that it destroyed. It never does before the request has ended and the fact by which it was meant lies in the ledger. */
export function destroyed(
  { state }: RequestSnapshot,
  { data }: Extract<Command, { type: 'holdfast.command.v1.RecordDestruction' }>,
): Body | Refusal {
  return hasEnded(phaseOf(state)) && !isRetained(state.context)
    ? { type: 'KeysDestroyed', data }
    : { code: 'WRONG_STATE', message: 'the words of this request may still be kept' }
}
