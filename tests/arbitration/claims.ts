import type { Question } from './alloy.ts'
import { type Ending, everythingEnds, type Missed, type Model, type Scope } from './model.ts'

export type Size = keyof Scope

/** A question to Alloy with the expected answer. */
export interface Claim extends Question {
  readonly model: Model
  /**
   * `proof`: no run is found. `guard`, `assumption`: a run breaks the promise without it. `moment`: a run reaches it.
   */
  readonly kind: 'proof' | 'guard' | 'assumption' | 'moment'
  /** The promise or the moment. */
  readonly about: string
  /** The guard or the assumption, with hyphens. */
  readonly without?: string
}

const wholeEngine = 'Engine.guards = Guard and World.assumed = Assumption'

/** The predicate of an invariant. */
const predicateOf = (promise: string): string => promise.replace(/[- ]/g, '_')

export function claimsOf(model: Model, size: Size): Claim[] {
  return [...proofs(model, size), ...bounded(model, size), ...missed(model, 'guard'), ...missed(model, 'assumption'), ...reached(model)]
}

/**
 * `holds` is true at the beginning and after each step, implies the promises, and everything ends from each of its
 * states.
 */
function proofs(model: Model, size: Size): Claim[] {
  const scope = model.scope[size]
  const proof = { model, kind: 'proof', scope } as const
  const calm = model.calm ? ` and ${model.calm}` : ''
  return [
    { ...proof, name: 'begins_so', about: 'at the beginning', formula: `${wholeEngine} and begins and not holds`, states: [1, 1] },
    {
      ...proof,
      name: 'stays_so',
      about: 'after each step',
      formula: `${wholeEngine} and holds and goes_on${calm} and after not holds`,
      states: [2, 2],
    },
    ...Object.keys(model.promises).map(
      (promise): Claim => ({
        ...proof,
        name: `follows_${predicateOf(promise)}`,
        about: promise,
        formula: `${wholeEngine} and holds and not ${predicateOf(promise)}`,
        states: [1, 1],
      }),
    ),
    ...(model.ends ? endings(model, model.ends, size) : []),
  ]
}

function endings(model: Model, { done, stuck, steps, scopes }: Ending, size: Size): Claim[] {
  const begins = `${wholeEngine} and holds`
  return scopes.flatMap((sized, index): Claim[] => {
    const proof = { model, kind: 'proof', about: everythingEnds, scope: sized[size] } as const
    return [
      { ...proof, name: `is_not_stuck_${index}`, formula: `${begins} and (${stuck}) and not (${done})`, states: [1, 1] },
      { ...proof, name: `ends_${index}`, formula: `${begins} and ${workedFor(steps, done)}`, states: [steps + 1, steps + 1] },
    ]
  })
}

/** After this many steps the engine is not done. */
const workedFor = (steps: number, done: string): string =>
  steps === 0 ? `not (${done})` : `(not (${done}) and goes_on and is_quiet and Step.act != Rests and after ${workedFor(steps - 1, done)})`

const bounded = (model: Model, size: Size): Claim[] =>
  (model.bounded ?? []).map(({ promise, states, scope }) => ({
    model,
    kind: 'proof',
    name: `bounded_${predicateOf(promise)}`,
    about: `${promise} after log truncation`,
    formula: `${wholeEngine} and begins and always (goes_on and is_as_assumed) and eventually not ${predicateOf(promise)}`,
    scope,
    states: [states[size], states[size]],
  }))

const missed = (model: Model, kind: 'guard' | 'assumption'): Claim[] =>
  (kind === 'guard' ? model.guards : model.assumptions).map(claim => ({
    model,
    kind,
    name: `without_${claim.without}`,
    about: claim.promise,
    without: claim.without.replaceAll('_', '-'),
    formula: formulaWithout(model, kind, claim),
    scope: claim.scope,
    // A run can rest for any number of steps: where none of length `states - 1` is found, there is no shorter one at
    // all.
    states: [claim.states - 1, claim.states + 1],
  }))

function formulaWithout(model: Model, kind: 'guard' | 'assumption', { without, promise, never = [] }: Missed): string {
  const engine =
    kind === 'guard'
      ? `Engine.guards = Guard - ${without} and World.assumed = Assumption`
      : `Engine.guards = Guard and World.assumed = Assumption - ${without}`
  const calm = kind === 'guard' && model.calm ? ` and ${model.calm}` : ''
  const assumed = kind === 'assumption' ? ' and is_as_assumed' : ''
  const goesOn = `always (goes_on${calm}${assumed} and Step.act not in ${['none', ...never].join(' + ')})`
  const isBroken =
    promise === everythingEnds && model.ends
      ? `eventually always (is_quiet and not (${model.ends.done}))`
      : `eventually not ${predicateOf(promise)}`
  return `${engine} and begins and ${goesOn} and ${isBroken}`
}

const reached = (model: Model): Claim[] =>
  model.moments.map(({ name, states, scope }) => ({
    model,
    kind: 'moment',
    name,
    about: name.replaceAll('_', ' '),
    formula: `${wholeEngine} and begins and always goes_on and eventually ${name}`,
    scope,
    states: [states, states],
  }))
