import { advance, type Decision, decide, type Policy, type RequestSnapshot } from '@holdfast/lifecycle'
import { type OutgoingRecord, weightOf } from '@holdfast/streams'
import { chainFact } from '@holdfast/trust'
import type { ReceivedCommand } from './read-commands.ts'

/** One command of a batch and what becomes of it. */
export interface Decided {
  readonly received: ReceivedCommand
  readonly decision: Decision
}

/** What a run of commands comes to: facts to append as one unbroken run, and the states they lead to. */
export interface DecidedBatch {
  readonly decided: readonly Decided[]
  readonly records: readonly OutgoingRecord[]
  readonly states: ReadonlyMap<string, RequestSnapshot>
  /** How many of the commands were decided; the rest did not fit the weight and come next. */
  readonly taken: number
}

/** Decides commands in order, each on the state that the ones before it led to, until the facts weigh as much as one append may. */
export function decideBatch(
  commands: readonly ReceivedCommand[],
  loaded: ReadonlyMap<string, RequestSnapshot>,
  policy: Policy,
  bytesMax: number,
): DecidedBatch {
  const decided: Decided[] = []
  const records: OutgoingRecord[] = []
  const states = new Map<string, RequestSnapshot>()
  let bytes = 0
  for (const received of commands) {
    const { command } = received
    const snapshot = states.get(command.subject) ?? loaded.get(command.subject)
    const decision = decide(snapshot, command, policy)
    if (decision.outcome === 'fact') {
      const fact = chainFact(decision.fact)
      const record = { key: fact.subject, value: JSON.stringify(fact) }
      bytes += weightOf(record)
      if (bytes > bytesMax && records.length > 0) break
      records.push(record)
      states.set(fact.subject, advance(snapshot, fact, decision.state))
    }
    decided.push({ received, decision })
  }
  return { decided, records, states, taken: decided.length }
}
