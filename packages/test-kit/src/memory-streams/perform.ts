/** One call of a client to its log. */
export interface Call {
  readonly port: 'streams'
  readonly operation: string
  readonly topic?: string
  readonly partition?: number
  readonly group?: string
  /** Whether it changes what others see. */
  readonly writes: boolean
}

/**
 * How a call is made. `work` is its whole effect, atomic, and what it throws is the answer. A simulator does it later, never, or does it and says that it failed;
 * what it throws for that is StreamUnavailableError.
 */
export type Perform = <T>(call: Call, work: () => T) => Promise<T>

export const performAtOnce: Perform = async (_call, work) => work()
