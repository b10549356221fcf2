import type { Progress } from './progress.ts'
import type { EngineName } from './site.ts'

/** The phases of the engine when a fault strikes, with their texts in the table. */
export const enginePhases = {
  accepted: 'a request is accepted and not opened',
  opened: 'a request is opened and not verified',
  verified: 'a request is verified and its order is not sent',
  ordered: 'a request is ordered and its bank has not answered',
  command: 'a command is pending',
  changing: 'a partition changes its owner',
  recovering: 'another fault is not over',
  rest: 'no work is in progress',
} as const
export type EnginePhase = keyof typeof enginePhases
export const enginePhaseNames = Object.keys(enginePhases) as EnginePhase[]

export interface Surroundings {
  readonly progress: Progress
  readonly isChangingHands: () => boolean
  /** A fault is in progress, or full service is not back after one. */
  readonly isRecovering: () => boolean
}

/** The current phases. */
export function enginePhasesNow({ progress, isChangingHands, isRecovering }: Surroundings): readonly EnginePhase[] {
  const on = (['accepted', 'opened', 'verified', 'ordered'] as const).filter(stage => progress.countOf(stage) > 0)
  const found: EnginePhase[] = [...on]
  if (progress.commandsPending > 0) found.push('command')
  if (isChangingHands()) found.push('changing')
  if (isRecovering()) found.push('recovering')
  if (on.length === 0 && progress.commandsPending === 0) found.push('rest')
  return found
}

/** The possible phases of an engine: in one process with one file no partition changes its owner. */
export const enginePhasesOf = (engine: EngineName): readonly EnginePhase[] =>
  enginePhaseNames.filter(name => engine === 'cluster' || name !== 'changing')

/** Waits for a phase up to a time limit. Resolves within the change that begins it. */
export function enginePhaseComes(moment: EnginePhase, around: Surroundings, withinMs: number): Promise<void> {
  const isThere = () => enginePhasesNow(around).includes(moment)
  if (isThere()) return Promise.resolve()
  return new Promise(resolve => {
    const look = () => {
      if (isThere()) end()
    }
    const end = () => {
      clearTimeout(late)
      clearInterval(often)
      leave()
      resolve()
    }
    const leave = around.progress.onChange(look)
    // Polls for phases that no change of a request begins.
    const often = setInterval(look, 20)
    const late = setTimeout(end, withinMs)
  })
}
