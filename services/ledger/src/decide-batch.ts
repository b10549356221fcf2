import { strict as assert } from 'node:assert'
import { advance, type Decision, decide, foldRefusal, type Policy, type RequestSnapshot } from '@holdfast/lifecycle'
import { type OutgoingRecord, weightOf } from '@holdfast/streams'
import { chainFact } from '@holdfast/trust'
import type { ReceivedCommand } from './read-commands.ts'

/** One command of a batch and what becomes of it. */
export interface Decided {
  readonly received: ReceivedCommand
  readonly decision: Decision
}

/** What a run of commands comes to: facts and refusals to append as one unbroken run, and the states they lead to. */
export interface DecidedBatch {
  readonly decided: readonly Decided[]
  readonly records: readonly OutgoingRecord[]
  readonly states: ReadonlyMap<string, RequestSnapshot>
  /** How many of the commands were decided; the rest did not fit the weight and come next. */
  readonly taken: number
}

/** Decides commands in order, each on the state that the ones before it led to, until what they come to weighs as much as one append may. */
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
    const entry = entryOf(decision, snapshot)
    if (entry) {
      const record = { key: command.subject, value: entry.line }
      bytes += weightOf(record)
      if (bytes > bytesMax && records.length > 0) break
      records.push(record)
      states.set(command.subject, entry.state)
    }
    decided.push({ received, decision })
  }
  return { decided, records, states, taken: decided.length }
}

/** What a decision adds to the ledger, and the state with it; undefined where it adds nothing. */
function entryOf(
  decision: Decision,
  snapshot: RequestSnapshot | undefined,
): { readonly line: string; readonly state: RequestSnapshot } | undefined {
  if (decision.outcome === 'fact') {
    const fact = chainFact(decision.fact)
    return { line: JSON.stringify(fact), state: advance(snapshot, fact, decision.state) }
  }
  if (decision.outcome !== 'refused') return undefined
  const { accepted, snapshot: state } = foldRefusal(snapshot, decision.refused)
  assert(accepted && state, 'a refusal that was decided on this history is the next one of it')
  return { line: JSON.stringify(decision.refused), state }
}
