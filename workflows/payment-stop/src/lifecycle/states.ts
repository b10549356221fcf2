import { phaseOf as nameOfPhase } from '@holdfast/core'
import type { Phase } from '../language/index.ts'
import type { StatechartSnapshot } from './transition.ts'

/** The phase of a state. Only an unopened request has none, and it has no facts. */
export const phaseOf = (state: StatechartSnapshot): Phase => nameOfPhase(state) as Phase

export const finalPhases: readonly Phase[] = ['recovered', 'closed']

/** Whether the request has ended: recovered or closed. */
export const hasEnded = (phase: Phase): boolean => finalPhases.includes(phase)
