import type { Progress } from './progress.ts'
import type { EngineName } from './site.ts'

/** What the engine is at when a fault strikes, in the words of the table. */
export const enginePhases = {
  accepted: 'a request is accepted and not yet open',
  opened: 'one is open and not verified',
  verified: 'one is verified and its order is not out',
  ordered: 'one is ordered and its bank has not answered',
  command: 'a command is pending',
  changing: 'a partition changes hands',
  recovering: 'another fault is not over yet',
  rest: 'nothing is on its way',
} as const
export type EnginePhase = keyof typeof enginePhases
export const enginePhaseNames = Object.keys(enginePhases) as EnginePhase[]

export interface Surroundings {
  readonly progress: Progress
  readonly isChangingHands: () => boolean
  /** A fault goes on, or full service is not back after one. */
  readonly isRecovering: () => boolean
}

/** Those that hold now. */
export function enginePhasesNow({ progress, isChangingHands, isRecovering }: Surroundings): readonly EnginePhase[] {
  const on = (['accepted', 'opened', 'verified', 'ordered'] as const).filter(stage => progress.countOf(stage) > 0)
  const found: EnginePhase[] = [...on]
  if (progress.commandsPending > 0) found.push('command')
  if (isChangingHands()) found.push('changing')
  if (isRecovering()) found.push('recovering')
  if (on.length === 0 && progress.commandsPending === 0) found.push('rest')
  return found
}

/** Which can be had there: one process with one file has nothing that changes hands. */
export const enginePhasesOf = (engine: EngineName): readonly EnginePhase[] =>
  enginePhaseNames.filter(name => engine === 'cluster' || name !== 'changing')

/** Waits until a moment is there, for so long at most. It resolves within the change that brought it. */
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
    // What is no change of a request is looked for.
    const often = setInterval(look, 20)
    const late = setTimeout(end, withinMs)
  })
}
