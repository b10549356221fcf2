import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { EngineName, Site } from './site.ts'

/** A fault that goes on. */
export interface Struck {
  /** For people: whom it met, and with what. */
  readonly whom: string
  readonly lastsMs: number
  /** Ends it, and resolves once everything runs and is reached again. */
  end(): Promise<void>
  /** For people: what came of it, once it has ended. */
  outcome?(): string
}

/** The engine did what it must not do: a violation, where any other error is a fault that could not be ended. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError'
}

/** What a fault may change of the load. */
export interface Throttle {
  /** So many times what is usual. */
  times(factor: number): void
}

/** A kind of fault. */
export interface Kind<S extends Site = Site> {
  readonly name: string
  readonly engine: EngineName | 'both'
  /** What it does, as the end of the sentence `NAME: …`. */
  readonly what: string
  /** Two faults that need the same do not happen at once. */
  readonly needs: 'processes' | 'brokers' | 'redis' | 'load'
  /** An owner may be stopped or cut off while it sends, so that an order comes twice (docs/guarantees.md). */
  readonly mayRepeat: boolean
  /** A store forgets something of what it was told (ADR 31). */
  readonly forgets?: true
  /** Why it can't happen here, where it can't. */
  whyNot?(site: S): string | undefined
  /** What has to be done some time before it strikes; what is given is handed to `happen`. */
  prepare?(site: S, chance: Chance): Promise<unknown>
  happen(site: S, chance: Chance, throttle: Throttle, prepared: unknown): Promise<Struck>
}
