// Runs the state machine of a request, fast. This package has four notions of state:
// - StatechartSnapshot (this file): the state in the statechart, with its context. Only the ledger runs it.
// - RequestSnapshot (snapshot.ts): adds the history: sequence, hash, causes, refusals. The ledger decides on it and
//   stores it.
// - RequestSummary (request-summary.ts): the state from the facts' resulting states, without the statechart.
//   Validation, dispatch and desk store it.
// - Decision (decide.ts): the result of a command on a RequestSnapshot: a fact with the next state, a refusal, or
//   nothing.

import { type AnyActorScope, createActor, type SnapshotFrom } from 'xstate'
import { actions } from './actions.ts'
import { emptyContext, type RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { guards } from './guards.ts'
import { statechart } from './statechart.ts'

type XStateSnapshot = SnapshotFrom<typeof statechart>

/** The state of a request in the statechart, with its context. */
export type StatechartSnapshot = Pick<XStateSnapshot, 'value' | 'context'>

type Known = Parameters<(typeof guards)[keyof typeof guards]>[0]
type Guard = (known: Known) => boolean
/** The context after an action. */
type Action = (known: Known) => RequestContext

/** How the statechart handles an event: it checks a guard and continues by its result, takes a step, or refuses. */
type Choice = { readonly guard: Guard; readonly yes: Choice; readonly no: Choice } | Step | 'refused'

interface Step {
  readonly to: Configuration
  readonly actions: readonly Action[]
}

/** The states that are active together (SCXML, 3.11). */
interface Configuration {
  readonly value: XStateSnapshot['value']
  /** By event type, filled on first use. */
  readonly choices: Map<string, Choice>
}

/**
 * The state after an event; the same object if the statechart refuses it. For each configuration and event type, XState is
 * run once to find the guards and the order of actions. Later events use that result, in a tenth of XState's time (ADR 64).
 * A property test compares both.
 */
export function transition(state: StatechartSnapshot, event: StatechartEvent): StatechartSnapshot {
  const configuration = configurationOf(state.value)
  let choice = configuration.choices.get(event.type) ?? probeChoice(configuration, event.type)
  while (choice !== 'refused' && 'guard' in choice) choice = choice.guard({ context: state.context, event }) ? choice.yes : choice.no
  if (choice === 'refused') return state
  let { context } = state
  for (const action of choice.actions) context = action({ context, event })
  return { value: choice.to.value, context }
}

/** A state from storage. Throws if the statechart has no such state. */
export const restored = ({ value, context }: StatechartSnapshot): StatechartSnapshot => ({ value: configurationOf(value).value, context })

/** By value, which is one shared object for all requests, and by its JSON. */
const configurations = new Map<XStateSnapshot['value'] | string, Configuration>()

function configurationOf(value: XStateSnapshot['value']): Configuration {
  const known = configurations.get(value) ?? configurations.get(JSON.stringify(value))
  if (known) return known
  // In XState's form: regions in order, and unnamed ones in their initial state.
  const resolved = statechart.resolveState({ value, context: emptyContext }).value
  const text = JSON.stringify(resolved)
  const configuration = configurations.get(text) ?? { value: resolved, choices: new Map() }
  configurations.set(configuration.value, configuration)
  configurations.set(text, configuration)
  return configuration
}

function probeChoice(configuration: Configuration, type: string): Choice {
  const choice = choiceOf(configuration, type, [])
  configuration.choices.set(type, choice)
  return choice
}

/** How the statechart continues after these guard results. */
function choiceOf(from: Configuration, type: string, answers: readonly boolean[]): Choice {
  const { guardsCalled, actionsTaken, value } = trial(from, type, answers)
  const guard = guardsCalled[answers.length]
  if (guard) return { guard: guards[guard], yes: choiceOf(from, type, [...answers, true]), no: choiceOf(from, type, [...answers, false]) }
  return value === undefined ? 'refused' : { to: configurationOf(value), actions: actionsTaken.map(name => contextAfter[name]) }
}

/** The context after each action, from the argument of `assign`: a function of the whole, or one for each part. */
const contextAfter = mapped(actions, (action): Action => {
  const { assignment } = action as unknown as { readonly assignment: Assignment }
  if (typeof assignment === 'function') return known => ({ ...known.context, ...assignment(known) })
  const parts = Object.entries(assignment)
  return known => {
    const context: Record<string, unknown> = { ...known.context }
    for (const [name, part] of parts) context[name] = typeof part === 'function' ? part(known) : part
    return context as unknown as RequestContext
  }
})
type Assignment = ((known: Known) => Partial<RequestContext>) | Readonly<Record<string, ((known: Known) => unknown) | unknown>>

/** What XState did in a trial run. */
interface Trial {
  readonly guardsCalled: readonly (keyof typeof guards)[]
  readonly actionsTaken: readonly (keyof typeof actions)[]
  /** Undefined if it refused. */
  readonly value: XStateSnapshot['value'] | undefined
}

let guardResults: readonly boolean[] = []
let guardsCalled: (keyof typeof guards)[] = []
let actionsTaken: (keyof typeof actions)[] = []

/** The statechart with guards that return preset results, then false, and actions without effect. */
const onTrial = statechart.provide({
  guards: mapped(guards, (_guard, name) => () => guardResults[guardsCalled.push(name) - 1] ?? false),
  actions: mapped(actions, () => () => undefined),
})

/**
 * XState's `transition()` builds an actor for each call. This is one inert scope for all calls, which collects the
 * actions.
 */
const inert = createActor(onTrial)
const scope: AnyActorScope = {
  self: inert,
  id: 'inert',
  sessionId: 'inert',
  logger: () => undefined,
  defer: () => undefined,
  system: inert.system,
  stopChild: () => undefined,
  emit: () => undefined,
  actionExecutor: ({ type }) => void actionsTaken.push(type as keyof typeof actions),
}

function trial({ value }: Configuration, type: string, results: readonly boolean[]): Trial {
  guardResults = results
  guardsCalled = []
  actionsTaken = []
  const from = onTrial.resolveState({ value, context: emptyContext })
  const to = onTrial.transition(from, { type } as StatechartEvent, scope)
  // XState returns the same object if it stays in its state, since these actions change nothing.
  return { guardsCalled, actionsTaken, value: to === from && actionsTaken.length === 0 ? undefined : to.value }
}

export const initialState: StatechartSnapshot = { value: configurationOf('unopened').value, context: emptyContext }

function mapped<K extends string, A, B>(of: Readonly<Record<K, A>>, map: (value: A, name: K) => B): Record<K, B> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value as A, name as K)])) as Record<K, B>
}
