import type { StatechartEvent, statechart } from '@holdfast/payment-stop/lifecycle/statechart'
import { type AnyActorScope, type AnyStateNode, type AnyTransitionDefinition, createActor, type SnapshotFrom } from 'xstate'

/** The lifecycle, or a changed copy of it. */
export type Machine = typeof statechart
export type State = SnapshotFrom<Machine>

/** A machine as a model walks it. */
export interface Walkable {
  readonly initial: State
  /** The transitions that accept a fact; none when the machine refuses it. */
  transitionsOf(state: State, fact: StatechartEvent): readonly string[]
  next(state: State, fact: StatechartEvent): State
  /** Every transition: a guarded list has one for each of its guards. */
  readonly transitions: readonly string[]
  /** The innermost states. */
  readonly states: readonly string[]
}

/**
 * One inert scope for all steps: XState's `transition()` creates an actor for each, and a model takes some hundred
 * thousand.
 */
export function walkable(machine: Machine): Walkable {
  const actor = createActor(machine)
  const nothing = () => undefined
  const scope: AnyActorScope = {
    self: actor,
    id: 'model',
    sessionId: 'model',
    logger: nothing,
    defer: nothing,
    system: actor.system,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  }
  const names = new Map<AnyTransitionDefinition, string>()
  const states: string[] = []
  const visit = (node: AnyStateNode): void => {
    if (node.type === 'atomic' || node.type === 'final') states.push(pathOf(node))
    for (const candidates of node.transitions.values()) for (const candidate of candidates) names.set(candidate, nameOf(candidate))
    for (const inner of Object.values(node.states)) visit(inner)
  }
  visit(machine.root)
  return {
    initial: actor.getSnapshot(),
    transitionsOf: (state, fact) => machine.getTransitionData(state, fact).map(transition => names.get(transition) ?? nameOf(transition)),
    next: (state, fact) => machine.transition(state, fact, scope) as State,
    transitions: [...names.values()],
    states,
  }
}

const pathOf = (node: AnyStateNode): string => node.path.join('.')

/** `frozen.coverage.partial: FreezeReported [coversRequested] → frozen.coverage.full` */
function nameOf({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const condition = typeof guard === 'object' && 'type' in guard ? ` [${guard.type}]` : guard ? ` [${String(guard)}]` : ''
  return `${pathOf(source)}: ${eventType}${condition} → ${target?.map(pathOf).join(', ') ?? 'stays'}`
}
