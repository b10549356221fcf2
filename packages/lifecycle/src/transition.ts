// The state machine of a request, run fast. Four notions of a state stand beside each other in this package:
// - StatechartSnapshot (this file): where the request stands in the statechart, with its context. Only the ledger runs
//   it.
// - RequestSnapshot (snapshot.ts): the same with the history around it: sequence, hash, causes, refusals. The ledger
//   decides on it and stores it.
// - RequestSummary (standing.ts): what a reader knows from the facts' resulting states, without running the
//   statechart. Validation, dispatch and desk store it.
// - Decision (decide.ts): what a command makes of a RequestSnapshot: a fact with the next state, a refusal, or nothing.

import { type AnyActorScope, createActor, type SnapshotFrom } from 'xstate'
import { actions } from './actions.ts'
import { emptyContext, type RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { guards } from './guards.ts'
import { statechart } from './statechart.ts'

type XStateSnapshot = SnapshotFrom<typeof statechart>

/** Where a request stands in the statechart, and what is known of it. */
export type StatechartSnapshot = Pick<XStateSnapshot, 'value' | 'context'>

type Known = Parameters<(typeof guards)[keyof typeof guards]>[0]
type Guard = (known: Known) => boolean
/** The context after an action. */
type Action = (known: Known) => RequestContext

/** What the statechart does with an event: it asks a guard and goes on by its answer, or takes a step, or refuses. */
type Choice = { readonly guard: Guard; readonly yes: Choice; readonly no: Choice } | Step | 'refused'

interface Step {
  readonly to: Configuration
  readonly actions: readonly Action[]
}

/** The states that hold at once (SCXML, 3.11). */
interface Configuration {
  readonly value: XStateSnapshot['value']
  /** By type of event, as far as one has been asked for. */
  readonly choices: Map<string, Choice>
}

/**
 * The state after an event; the very same object when the statechart refuses it. XState is asked once for each configuration and kind of event what the statechart does, which guards it asks and which actions it takes in which order; from then on
 * that is done, in a tenth of the time that XState takes to find it out each time (ADR 64). A property test holds the two against each other.
 */
export function transition(state: StatechartSnapshot, event: StatechartEvent): StatechartSnapshot {
  const configuration = configurationOf(state.value)
  let choice = configuration.choices.get(event.type) ?? askedOnce(configuration, event.type)
  while (choice !== 'refused' && 'guard' in choice) choice = choice.guard({ context: state.context, event }) ? choice.yes : choice.no
  if (choice === 'refused') return state
  let { context } = state
  for (const action of choice.actions) context = action({ context, event })
  return { value: choice.to.value, context }
}

/** A state that was stored. Throws where the statechart has none such. */
export const restored = ({ value, context }: StatechartSnapshot): StatechartSnapshot => ({ value: configurationOf(value).value, context })

/** By its value, which is one object for all requests that are there, and by that as JSON. */
const configurations = new Map<XStateSnapshot['value'] | string, Configuration>()

function configurationOf(value: XStateSnapshot['value']): Configuration {
  const known = configurations.get(value) ?? configurations.get(JSON.stringify(value))
  if (known) return known
  // Written as XState writes it: the regions in their order, and what is not said of them as they begin.
  const resolved = statechart.resolveState({ value, context: emptyContext }).value
  const text = JSON.stringify(resolved)
  const configuration = configurations.get(text) ?? { value: resolved, choices: new Map() }
  configurations.set(configuration.value, configuration)
  configurations.set(text, configuration)
  return configuration
}

function askedOnce(configuration: Configuration, type: string): Choice {
  const choice = choiceOf(configuration, type, [])
  configuration.choices.set(type, choice)
  return choice
}

/** What follows once so many guards have answered so. */
function choiceOf(from: Configuration, type: string, answers: readonly boolean[]): Choice {
  const { asked, done, value } = trial(from, type, answers)
  const guard = asked[answers.length]
  if (guard) return { guard: guards[guard], yes: choiceOf(from, type, [...answers, true]), no: choiceOf(from, type, [...answers, false]) }
  return value === undefined ? 'refused' : { to: configurationOf(value), actions: done.map(name => contextAfter[name]) }
}

/** The context after each action, from what `assign` was given: a function of the whole, or what each part becomes. */
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

/** What XState did in a trial. */
interface Trial {
  readonly asked: readonly (keyof typeof guards)[]
  readonly done: readonly (keyof typeof actions)[]
  /** Undefined where it refused. */
  readonly value: XStateSnapshot['value'] | undefined
}

let told: readonly boolean[] = []
let asked: (keyof typeof guards)[] = []
let done: (keyof typeof actions)[] = []

/** The statechart with guards that answer as they are told, all after them with no, and actions that do nothing. */
const onTrial = statechart.provide({
  guards: mapped(guards, (_guard, name) => () => told[asked.push(name) - 1] ?? false),
  actions: mapped(actions, () => () => undefined),
})

/** `transition()` of XState builds an actor for each call; this is one inert scope for all, which is told of the actions. */
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
  actionExecutor: ({ type }) => void done.push(type as keyof typeof actions),
}

function trial({ value }: Configuration, type: string, given: readonly boolean[]): Trial {
  told = given
  asked = []
  done = []
  const from = onTrial.resolveState({ value, context: emptyContext })
  const to = onTrial.transition(from, { type } as StatechartEvent, scope)
  // Where it stays where it is, it gives the same object back, as none of these actions changes anything.
  return { asked, done, value: to === from && done.length === 0 ? undefined : to.value }
}

export const initialState: StatechartSnapshot = { value: configurationOf('unopened').value, context: emptyContext }

function mapped<K extends string, A, B>(of: Readonly<Record<K, A>>, map: (value: A, name: K) => B): Record<K, B> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value as A, name as K)])) as Record<K, B>
}
