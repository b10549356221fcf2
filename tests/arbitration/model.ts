import type { Names } from './names.ts'
import type { State } from './trace.ts'

/** How many there are of what, as Alloy writes it: for every test run, and the larger one that takes minutes. */
export interface Scope {
  readonly small: string
  readonly large: string
}

/** One part of the model: what is claimed of `model/NAME.als`. Formulas are those of that file. */
export interface Model {
  readonly name: string
  /** For the heading. */
  readonly about: string
  /** In which `holds` follows from itself, however long a run is. */
  readonly scope: Scope
  /** What does not happen while `holds` is shown to follow from itself. */
  readonly calm?: string
  /** Invariants that follow from `holds`, and what it comes to where one is broken. Their predicates have the same names, with underscores. */
  readonly promises: Readonly<Record<string, string>>
  /** That the engine comes to an end once faults are over. */
  readonly ends?: Ending
  /** What is shown only for runs up to a length, and under the assumptions that are in `is_as_assumed`. */
  readonly bounded?: readonly Bounded[]
  /** What is shown to be missed. */
  readonly guards: readonly Missed[]
  readonly assumptions: readonly Missed[]
  /** That it does not hold for want of anything happening: states that are reached. */
  readonly moments: readonly ReachedState[]
  /** A step in plain words; the act is the name that it has in the file. */
  tell(step: ModelStep): string
}

export interface Ending {
  /** What is so once everything has ended. */
  readonly done: string
  /** Nobody can do anything, though it may not have ended. */
  readonly stuck: string
  /** Steps of the engine that suffice from any state. */
  readonly steps: number
  readonly scopes: readonly Scope[]
  /** What it comes to where it does not. */
  readonly broken: string
}

export interface Bounded {
  readonly promise: string
  readonly states: { readonly small: number; readonly large: number }
  readonly scope: string
}

/** Without a guard, or an assumption, a promise breaks. */
export interface Missed {
  /** As in `engine.als`. */
  readonly without: string
  readonly promise: string
  /** Of the shortest run that shows it: it is asked for runs that are one shorter, and for longer ones. */
  readonly states: number
  readonly scope: string
  /** What does not happen in it, so that the run tells of the guard alone. */
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
