/** One call of a client to the stores, or to the one of keys. */
export interface Call {
  readonly port: 'idempotency' | 'snapshots' | 'claims' | 'keys'
  readonly operation: string
  readonly partition?: number
  /** Whether it changes what others see. */
  readonly writes: boolean
}

/**
 * How a call is made. `work` is its whole effect, atomic, and what it throws is the answer. A simulator does it later, never, or does it and says that it failed;
 * what it throws for that is StoreUnavailableError. One that takes the calls of streams too fits both ports.
 */
export type Perform = <T>(call: Call, work: () => T) => Promise<T>

export const performAtOnce: Perform = async (_call, work) => work()
