// The state machine of a request. This package has four notions of state:
// - StatechartSnapshot (this file): the state in the statechart, with its context. Only the ledger runs it.
// - RequestSnapshot (snapshot.ts): adds the history: sequence, hash, causes, refusals. The ledger decides on it and
//   stores it.
// - RequestSummary (request-summary.ts): the state from the facts' resulting states, without the statechart.
//   Validation, dispatch and desk store it.
// - Decision (decide.ts): the result of a command on a RequestSnapshot: a fact with the next state, a refusal, or
//   nothing.

import { type ChartState, compileChart } from '@holdfast/core'
import type { SnapshotFrom } from 'xstate'
import { actions } from './actions.ts'
import type { RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { guards } from './guards.ts'
import { statechart } from './statechart.ts'

type StatechartValue = SnapshotFrom<typeof statechart>['value']

/** The state of a request in the statechart, with its context. */
export type StatechartSnapshot = ChartState<StatechartValue, RequestContext>

export const chart = compileChart<StatechartValue, RequestContext, StatechartEvent>({
  machine: statechart,
  guards,
  actions,
})
