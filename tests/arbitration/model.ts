import type { Names } from './names.ts'
import type { State } from './trace.ts'

/** The number of each kind of atom, in Alloy's syntax: for every test run, and the larger one that takes minutes. */
export interface Scope {
  readonly small: string
  readonly large: string
}

/** The claims about `model/NAME.als`. Formulas use the names of that file. */
export interface Model {
  readonly name: string
  /** For the heading. */
  readonly about: string
  /** The scope in which `holds` is inductive, for runs of any length. */
  readonly scope: Scope
  /** Excluded steps in the proof that `holds` is inductive. */
  readonly calm?: string
  /**
   * Invariants that follow from `holds`, with the consequence of breaking them. Predicates have the same names, with
   * underscores.
   */
  readonly promises: Readonly<Record<string, string>>
  /** The engine finishes once faults are over. */
  readonly ends?: Ending
  /** Promises that are shown only for runs of limited length, under the assumptions in `is_as_assumed`. */
  readonly bounded?: readonly Bounded[]
  /** Guards that are shown to be necessary. */
  readonly guards: readonly Missed[]
  readonly assumptions: readonly Missed[]
  /** States that runs must reach, so that the promises are not vacuous. */
  readonly moments: readonly ReachedState[]
  /** A step as text; the act has its name in the file. */
  describe(step: ModelStep): string
}

export interface Ending {
  /** True once everything has ended. */
  readonly done: string
  /** No step is possible, although the engine may not have finished. */
  readonly stuck: string
  /** The number of steps in which the engine finishes from any state. */
  readonly steps: number
  readonly scopes: readonly Scope[]
  /** The consequence where it does not finish. */
  readonly broken: string
}

export interface Bounded {
  readonly promise: string
  readonly states: { readonly small: number; readonly large: number }
  readonly scope: string
}

/** A promise breaks without this guard or assumption. */
export interface Missed {
  /** The name in `engine.als`. */
  readonly without: string
  readonly promise: string
  /** The length of the shortest run that shows it; runs from one state shorter are searched. */
  readonly states: number
  readonly scope: string
  /** Excluded steps, so that the run shows the guard alone. */
  readonly never?: readonly string[]
}

export interface ReachedState {
  readonly name: string
  readonly states: number
  readonly scope: string
}

export interface ModelStep {
  readonly act: string
  readonly before: State
  readonly after: State
  readonly names: Names
}

export const everythingEnds = 'everything ends'
