import { strict as assert } from 'node:assert'
import { isKeyCommand } from '@holdfast/folds'
import { advance, type Decision, decide, evolveByRefusal, type RequestSnapshot } from '@holdfast/lifecycle'
import type { Policy } from '@holdfast/schemas'
import { type AttemptResult, attemptSync, type OutgoingRecord, weightOf } from '@holdfast/streams'
import { chainedLine } from '@holdfast/trust'
import type { ReceivedCommand } from './read-commands.ts'

/** One command of a batch and what becomes of it. */
export interface DecidedCommand {
  readonly received: ReceivedCommand
  readonly decision: Decision
}

/** A command on which deciding throws. */
export interface FailedCommand {
  readonly received: ReceivedCommand
  readonly fault: unknown
}

/** What a run of commands comes to: facts and refusals to append as one unbroken run, and the states they lead to. */
export interface DecidedBatch {
  readonly decided: readonly DecidedCommand[]
  readonly records: readonly OutgoingRecord[]
  readonly states: ReadonlyMap<string, RequestSnapshot>
  /** Each the first of its request; of what came for the request behind it key commands alone are decided. */
  readonly failed: readonly FailedCommand[]
  /** What else came for the requests of those, in order. */
  readonly behind: readonly ReceivedCommand[]
  /** How many of the commands were looked at; the rest did not fit the weight and come next. */
  readonly taken: number
}

export interface DecideOptions {
  readonly policy: Policy
  /** Of the ledger. */
  readonly level: number
  readonly bytesMax: number
}

interface Outcome {
  readonly decision: Decision
  readonly entry: { readonly event: object; readonly line: string; readonly state: RequestSnapshot } | undefined
}

/** Decides commands in order, each on the state that the ones before it led to, until what they come to weighs as much as one append may. */
export function decideBatch(
  commands: readonly ReceivedCommand[],
  loaded: ReadonlyMap<string, RequestSnapshot>,
  { policy, level, bytesMax }: DecideOptions,
): DecidedBatch {
  const decided: DecidedCommand[] = []
  const records: OutgoingRecord[] = []
  const states = new Map<string, RequestSnapshot>()
  const failed = new Map<string, FailedCommand>()
  const behind: ReceivedCommand[] = []
  let bytes = 0
  let taken = 0
  for (const received of commands) {
    const { command } = received
    const { subject } = command
    const snapshot = states.get(subject) ?? loaded.get(subject)
    const outcome: AttemptResult<Outcome> | 'behind' =
      failed.has(subject) && !isKeyCommand(command)
        ? 'behind'
        : attemptSync(() => {
            const decision = decide(snapshot, command, policy, level)
            return { decision, entry: entryOf(decision, snapshot) }
          })
    if (outcome === 'behind' || (!outcome.ok && failed.has(subject))) behind.push(received)
    else if (!outcome.ok) failed.set(subject, { received, fault: outcome.fault })
    else {
      const { decision, entry } = outcome.value
      if (entry) {
        const record = { key: subject, value: entry.line, event: entry.event }
        bytes += weightOf(record)
        if (bytes > bytesMax && records.length > 0) break
        records.push(record)
        states.set(subject, entry.state)
      }
      decided.push({ received, decision })
    }
    taken++
  }
  return { decided, records, states, failed: [...failed.values()], behind, taken }
}

/** What a decision adds to the ledger, and the state with it; undefined where it adds nothing. */
function entryOf(decision: Decision, snapshot: RequestSnapshot | undefined): Outcome['entry'] {
  if (decision.outcome === 'fact') {
    const { fact, line } = chainedLine(decision.fact)
    return { event: fact, line, state: advance(snapshot, fact, decision.state) }
  }
  if (decision.outcome !== 'refused') return undefined
  const { accepted, snapshot: state } = evolveByRefusal(snapshot, decision.refused)
  assert(accepted && state, 'a refusal that was decided on this history is the next one of it')
  return { event: decision.refused, line: JSON.stringify(decision.refused), state }
}
