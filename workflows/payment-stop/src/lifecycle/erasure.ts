import type { Refusal } from '@holdfast/schemas'
import type { Command } from '../language/index.ts'
import { isRetained } from './context.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'

/**
 * The fact that the engine destroyed keys. The request must have ended, and the intent must be on record in the ledger.
 */
export function destroyed(
  { state }: RequestSnapshot,
  { data }: Extract<Command, { type: 'holdfast.command.v1.RecordDestruction' }>,
): Body | Refusal {
  return hasEnded(phaseOf(state)) && !isRetained(state.context)
    ? { type: 'KeysDestroyed', data }
    : { code: 'WRONG_STATE', message: 'the retention period of this request has not ended' }
}
