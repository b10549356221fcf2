import type { Phase } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import type { RequestSnapshot } from './snapshot.ts'
import type { StatechartSnapshot } from './transition.ts'

const paths = (value: StateValue, prefix = ''): string[] =>
  typeof value === 'string'
    ? [prefix + value]
    : Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [prefix + name] : paths(inner, `${prefix}${name}.`)))

/** The deepest current states, such as `frozen.coverage.partial`. */
export const statesOf = (snapshot: Pick<RequestSnapshot, 'state'>): string[] => paths(snapshot.state.value)

/** The phase of a state. Only an unopened request has none, and it has no facts. */
export const phaseOf = (state: StatechartSnapshot): Phase =>
  (typeof state.value === 'string' ? state.value : Object.keys(state.value)[0]) as Phase

/** Whether the request has ended: recovered or closed. */
export const hasEnded = (phase: Phase): boolean => phase === 'recovered' || phase === 'closed'
