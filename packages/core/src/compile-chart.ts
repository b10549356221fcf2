import { type AnyActorScope, type AnyStateMachine, createActor, type StateValue } from 'xstate'

/** A state of a statechart, with its context. */
export interface ChartState<Value extends StateValue, Context> {
  readonly value: Value
  readonly context: Context
}

/** What a guard or an action receives. */
interface Known<Context, Event> {
  readonly context: Context
  readonly event: Event
}

/** A statechart of XState whose guards and actions are all named, and given with it. It has no other effects. */
export interface Chart<Context, Event> {
  readonly machine: AnyStateMachine
  readonly guards: Readonly<Record<string, (known: Known<Context, Event>) => boolean>>
  /** Made by `assign`. */
  readonly actions: Readonly<Record<string, unknown>>
}

export interface CompiledChart<State, Event> {
  readonly initialState: State
  /** The state after an event; the same object if the statechart refuses it. */
  transition(state: State, event: Event): State
  /** A state from storage. Throws if the statechart has no such state. */
  restored(stored: State): State
}

/** How a statechart handles an event: it checks a guard and continues by its result, takes a step, or refuses. */
type Choice<Value, Context, Event> =
  | {
      readonly guard: (known: Known<Context, Event>) => boolean
      readonly yes: Choice<Value, Context, Event>
      readonly no: Choice<Value, Context, Event>
    }
  | Step<Value, Context, Event>
  | 'refused'

interface Step<Value, Context, Event> {
  readonly to: Configuration<Value, Context, Event>
  readonly actions: readonly Action<Context, Event>[]
}

/** The context after an action. */
type Action<Context, Event> = (known: Known<Context, Event>) => Context

/** The states that are active together (SCXML, 3.11). */
interface Configuration<Value, Context, Event> {
  readonly value: Value
  /** By event type, filled on first use. */
  readonly choices: Map<string, Choice<Value, Context, Event>>
}

/** What XState did in a trial run. */
interface Trial<Value> {
  readonly guardsCalled: readonly string[]
  readonly actionsTaken: readonly string[]
  /** Undefined if it refused. */
  readonly value: Value | undefined
}

/**
 * Makes a statechart fast. For each configuration and event type, XState is run once to find the guards and the order of
 * actions. Later events use that result, in a tenth of XState's time (ADR 64). A property test compares both.
 */
export function compileChart<Value extends StateValue, Context, Event extends { readonly type: string }>({
  machine,
  guards,
  actions,
}: Chart<Context, Event>): CompiledChart<ChartState<Value, Context>, Event> {
  const { initial, resolve, trial } = createTrials<Value, Context>(machine, guards, actions)
  const contextAfter = mapped(actions, action =>
    contextAfterOf<Context, Event>(action as { readonly assignment: Assignment<Context, Event> }),
  )
  /** By value, which is one shared object for all requests, and by its JSON. */
  const configurations = new Map<StateValue, Configuration<Value, Context, Event>>()

  function configurationOf(value: Value): Configuration<Value, Context, Event> {
    const known = configurations.get(value) ?? configurations.get(JSON.stringify(value))
    if (known) return known
    const resolved = resolve(value)
    const text = JSON.stringify(resolved)
    const configuration = configurations.get(text) ?? { value: resolved, choices: new Map() }
    configurations.set(configuration.value, configuration)
    configurations.set(text, configuration)
    return configuration
  }

  function probeChoice(configuration: Configuration<Value, Context, Event>, type: string): Choice<Value, Context, Event> {
    const choice = choiceOf(configuration.value, type, [])
    configuration.choices.set(type, choice)
    return choice
  }

  /** How the statechart continues after these guard results. */
  function choiceOf(from: Value, type: string, answers: readonly boolean[]): Choice<Value, Context, Event> {
    const { guardsCalled, actionsTaken, value } = trial(from, type, answers)
    const guard = guards[guardsCalled[answers.length] ?? '']
    if (guard) return { guard, yes: choiceOf(from, type, [...answers, true]), no: choiceOf(from, type, [...answers, false]) }
    return value === undefined
      ? 'refused'
      : { to: configurationOf(value), actions: actionsTaken.map(name => contextAfter[name] as Action<Context, Event>) }
  }

  return {
    initialState: { value: configurationOf(initial.value).value, context: initial.context },
    restored: ({ value, context }) => ({ value: configurationOf(value).value, context }),
    transition(state, event) {
      const configuration = configurationOf(state.value)
      let choice = configuration.choices.get(event.type) ?? probeChoice(configuration, event.type)
      while (choice !== 'refused' && 'guard' in choice) choice = choice.guard({ context: state.context, event }) ? choice.yes : choice.no
      if (choice === 'refused') return state
      let { context } = state
      for (const action of choice.actions) context = action({ context, event })
      return { value: choice.to.value, context }
    },
  }
}

/** Runs the statechart with guards that return preset results, then false, and actions without effect. */
function createTrials<Value extends StateValue, Context>(
  machine: AnyStateMachine,
  guards: Chart<Context, never>['guards'],
  actions: Chart<Context, never>['actions'],
) {
  let guardResults: readonly boolean[] = []
  let guardsCalled: string[] = []
  let actionsTaken: string[] = []
  const onTrial = machine.provide({
    guards: mapped(guards, (_guard, name) => () => guardResults[guardsCalled.push(name) - 1] ?? false),
    actions: mapped(actions, () => () => undefined),
  })
  // XState's `transition()` builds an actor for each call. This is one inert scope for all calls, which collects the
  // actions.
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
    actionExecutor: ({ type }) => void actionsTaken.push(type),
  }
  const initial = inert.getSnapshot() as ChartState<Value, Context>
  const resolveState = (value: Value) => onTrial.resolveState({ value, context: initial.context })

  return {
    initial,
    /** In XState's form: regions in order, and unnamed ones in their initial state. */
    resolve: (value: Value): Value => resolveState(value).value as Value,
    trial(value: Value, type: string, results: readonly boolean[]): Trial<Value> {
      guardResults = results
      guardsCalled = []
      actionsTaken = []
      const from = resolveState(value)
      const to = onTrial.transition(from, { type }, scope)
      // XState returns the same object if it stays in its state, since these actions change nothing.
      return { guardsCalled, actionsTaken, value: to === from && actionsTaken.length === 0 ? undefined : (to.value as Value) }
    },
  }
}

/** The argument of `assign`: a function of the whole context, or one for each part. */
type Assignment<Context, Event> =
  | ((known: Known<Context, Event>) => Partial<Context>)
  | Readonly<Record<string, ((known: Known<Context, Event>) => unknown) | unknown>>

function contextAfterOf<Context, Event>({ assignment }: { readonly assignment: Assignment<Context, Event> }): Action<Context, Event> {
  if (typeof assignment === 'function') return known => ({ ...known.context, ...assignment(known) })
  const parts = Object.entries(assignment)
  return known => {
    const context = { ...known.context } as Record<string, unknown>
    for (const [name, part] of parts) context[name] = typeof part === 'function' ? part(known) : part
    return context as unknown as Context
  }
}

function mapped<A, B>(of: Readonly<Record<string, A>>, map: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value, name)]))
}
