import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { EngineName, Site } from './site.ts'

/** A fault in progress. */
export interface Struck {
  /** For people: its target and its parameters. */
  readonly whom: string
  readonly lastsMs: number
  /** Ends it. Resolves once everything runs and is reachable again. */
  end(): Promise<void>
  /** For people: its result, once it has ended. */
  outcome?(): string
}

/** The engine did what it must not do: a violation. Any other error means a fault that could not be ended. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError'
}

/** The changes to the load that a fault can make. */
export interface Throttle {
  /** The factor on the usual rate. */
  times(factor: number): void
}

/** A kind of fault. */
export interface Kind<S extends Site = Site> {
  readonly name: string
  readonly engine: EngineName | 'both'
  /** Its effect, as the end of the sentence `NAME: …`. */
  readonly what: string
  /** Two faults with the same resource do not happen at once. */
  readonly needs: 'processes' | 'brokers' | 'redis' | 'load'
  /** An owner can be stopped or isolated while it sends, so that an order is sent twice (docs/explain/guarantees.md). */
  readonly mayRepeat: boolean
  /** A store loses acknowledged data (ADR 31). */
  readonly forgets?: true
  /** Why it is impossible here, if it is. */
  whyNot?(site: S): string | undefined
  /** Prepares it some time before it strikes; `happen` receives the result. */
  prepare?(site: S, chance: Chance): Promise<unknown>
  happen(site: S, chance: Chance, throttle: Throttle, prepared: unknown): Promise<Struck>
}
