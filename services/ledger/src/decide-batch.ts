import { strict as assert } from 'node:assert'
import type { AnyState, DecisionOf, PersonPolicy, RefusedEvent, Snapshot, Workflow } from '@holdfast/core'
import { isKeyCommand } from '@holdfast/request-state'
import type { UnhashedFact } from '@holdfast/schemas'
import { type AttemptResult, attemptSync, type OutgoingRecord, recordSize } from '@holdfast/streams'
import { chainedLine } from '@holdfast/trust'
import type { ReceivedCommand } from './read-commands.ts'

type Decision = DecisionOf<AnyState, UnhashedFact, RefusedEvent>
type RequestSnapshot = Snapshot<AnyState>

/** One command of a batch and its decision. */
export interface DecidedCommand {
  readonly received: ReceivedCommand
  readonly decision: Decision
}

/** A command for which the decision throws. */
export interface FailedCommand {
  readonly received: ReceivedCommand
  readonly fault: unknown
}

/** The result of a run of commands: facts and refusals to append in one write, and the resulting states. */
export interface DecidedBatch {
  readonly decided: readonly DecidedCommand[]
  readonly records: readonly OutgoingRecord[]
  readonly states: ReadonlyMap<string, RequestSnapshot>
  /** The first failed command of each request; after it, only commands about keys are decided for the request. */
  readonly failed: readonly FailedCommand[]
  /** Later commands for the requests of failed ones, in order. */
  readonly behind: readonly ReceivedCommand[]
  /** How many commands were processed; the others exceed the size of one append and come next. */
  readonly taken: number
}

export interface DecideOptions {
  readonly workflow: Pick<Workflow, 'decide' | 'advance' | 'evolveByRefusal'>
  readonly policy: PersonPolicy
  /** The feature level of the ledger. */
  readonly level: number
  readonly bytesMax: number
}

interface Outcome {
  readonly decision: Decision
  readonly entry: { readonly event: object; readonly line: string; readonly state: RequestSnapshot } | undefined
}

/**
 * Decides commands in order, each on the state after the one before, until the result reaches the maximum size of one
 * append.
 */
export function decideBatch(
  commands: readonly ReceivedCommand[],
  loaded: ReadonlyMap<string, RequestSnapshot>,
  { workflow, policy, level, bytesMax }: DecideOptions,
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
            const decision = workflow.decide(snapshot, command, policy, level)
            return { decision, entry: entryOf(workflow, decision, snapshot) }
          })
    if (outcome === 'behind' || (!outcome.ok && failed.has(subject))) behind.push(received)
    else if (!outcome.ok) failed.set(subject, { received, fault: outcome.fault })
    else {
      const { decision, entry } = outcome.value
      if (entry) {
        const record = { key: subject, value: entry.line, event: entry.event }
        bytes += recordSize(record)
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

/** What a decision adds to the ledger, with the resulting state; undefined if it adds nothing. */
function entryOf(
  { advance, evolveByRefusal }: DecideOptions['workflow'],
  decision: Decision,
  snapshot: RequestSnapshot | undefined,
): Outcome['entry'] {
  if (decision.outcome === 'fact') {
    const { fact, line } = chainedLine(decision.fact)
    return { event: fact, line, state: advance(snapshot, fact, decision.state) }
  }
  if (decision.outcome !== 'refused') return undefined
  const { accepted, snapshot: state } = evolveByRefusal(snapshot, decision.refused)
  assert(accepted && state, 'a refusal that was decided on a history must be its next entry')
  return { event: decision.refused, line: JSON.stringify(decision.refused), state }
}
