import type { StateValue } from 'xstate'
import { phaseOf } from './states.ts'
import type { StatechartSnapshot } from './transition.ts'

/**
 * Whether the request advances to another phase or region state: verified, frozen, confirmed, being returned, ended. This
 * needs no quota, since without reopening it happens only a handful of times.
 */
export function advances(before: StatechartSnapshot, after: StatechartSnapshot, fact: string): boolean {
  if (fact === 'RequestReopened') return false
  if (phaseOf(before) !== phaseOf(after)) return true
  return ['mandate', 'recovery'].some(region => regionOf(before.value, region) !== regionOf(after.value, region))
}

const regionOf = (value: StateValue, region: string): unknown => (value as { frozen?: Record<string, unknown> }).frozen?.[region]
