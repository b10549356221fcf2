import { chainStart, type FactEvent, factTypePrefix, isNextFact, isNextRefusal, type Refusal, storedActor } from '@holdfast/schemas'
import { causesOf, listOf, withCause } from './causes.ts'
import type { CompiledChart } from './compile-chart.ts'
import { historyQuotaUsedAfter } from './history-quota.ts'
import type { AnyState, ChartEvent, DecidedFact, Snapshot } from './lifecycle.ts'
import { budgetOf, noRefusals, type Refusals } from './refusal-budgets.ts'
import { sharedAfter } from './shares-after.ts'

/** A refused command in the ledger, as far as the state of its request depends on it. */
export interface RefusedEvent {
  readonly id: string
  readonly subject: string
  readonly causationid: string
  readonly actor: string
  readonly afterhash: string
  readonly afterrefusal?: string | undefined
  readonly number: number
  readonly data: Refusal & { readonly late?: boolean | undefined }
}

/** The state after a record, and whether the record was accepted. */
export interface Evolved<State> {
  readonly accepted: boolean
  readonly snapshot: Snapshot<State> | undefined
}

/** The history of a request, from its records in log order. */
export interface History<State> {
  /**
   * Evolves a request by one fact. A fact that is not the next one leaves the snapshot unchanged. An unknown kind that is
   * not critical counts, but changes no state. Throws UnknownKindError for an unknown critical kind.
   */
  evolve(snapshot: Snapshot<State> | undefined, fact: FactEvent): Evolved<State>
  /**
   * Evolves a request by a fact that was just decided on it, with its known next state. This avoids a second transition,
   * the most expensive part.
   */
  advance(snapshot: Snapshot<State> | undefined, fact: FactEvent, state: State): Snapshot<State>
  /** Evolves the state by one refused command. */
  evolveByRefusal(snapshot: Snapshot<State> | undefined, refused: RefusedEvent): Evolved<State>
  serializeSnapshot(snapshot: Snapshot<State>): string
  /**
   * Parses what `serializeSnapshot` wrote. Throws if the state no longer exists in the statechart; then the request has
   * to be rebuilt. Snapshots of different code versions are stored separately.
   */
  parseSnapshot(text: string): Snapshot<State>
}

/** Thrown for the next fact of a request if its kind is unknown to this version and critical. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError'
  /** The type of the fact. */
  readonly type: string
  constructor({ type, subject, sequence }: Pick<FactEvent, 'type' | 'subject' | 'sequence'>) {
    super(`fact ${sequence} of ${subject} has a kind that this version does not know: ${type.slice(0, 100)}`)
    this.type = type
  }
}

/** The refusals after this one; undefined if consumers drop it. */
export function refusalsAfter(last: { readonly hash: string; readonly refusals: Refusals }, refused: RefusedEvent): Refusals | undefined {
  if (!isNextRefusal(last, refused)) return undefined
  const { commands, used } = last.refusals
  const budget = budgetOf(refused.actor, refused.data.late === true)
  return { commands: [...commands, refused.causationid], used: { ...used, [budget]: (used[budget] ?? 0) + 1 } }
}

export function createHistory<State extends AnyState>(
  chart: CompiledChart<State, ChartEvent>,
  facts: Readonly<Record<string, DecidedFact>>,
): History<State> {
  const definitions = new Map(Object.entries(facts).map(([kind, definition]) => [`${factTypePrefix}${kind}`, definition]))

  const before = (requestId: string, time: string): Snapshot<State> => ({
    requestId,
    state: chart.initialState,
    sequence: 0,
    hash: chainStart,
    causes: causesOf([]),
    refusals: noRefusals,
    historyQuotaUsed: {},
    sharedWith: [],
    openedAt: time,
    updatedAt: time,
  })

  const after = (last: Snapshot<State>, fact: FactEvent, state: State): Snapshot<State> => ({
    requestId: fact.subject,
    state,
    sequence: fact.sequence,
    hash: fact.hash,
    causes: withCause(last.causes, fact.causationid),
    refusals: last.refusals,
    historyQuotaUsed: historyQuotaUsedAfter(last.historyQuotaUsed, fact),
    sharedWith: sharedAfter(last.sharedWith, fact),
    openedAt: last.openedAt,
    updatedAt: fact.time,
  })

  function stateAfter(state: State, fact: FactEvent): State {
    const { actor, actorproof: proof } = storedActor(fact)
    const type = fact.type.slice(factTypePrefix.length)
    return chart.transition(state, { type, data: fact.data, actor, proof, time: fact.time, sequence: fact.sequence })
  }

  return {
    evolve(snapshot, fact) {
      if (!isNextFact(snapshot, fact)) return { accepted: false, snapshot }
      const last = snapshot ?? before(fact.subject, fact.time)
      const definition = definitions.get(fact.type)
      if (!definition && (fact.critical !== false || !snapshot)) throw new UnknownKindError(fact)
      const state = !definition || definition.isRecordOnly ? last.state : stateAfter(last.state, fact)
      return { accepted: true, snapshot: after(last, fact, state) }
    },
    advance: (snapshot, fact, state) => after(snapshot ?? before(fact.subject, fact.time), fact, state),
    evolveByRefusal(snapshot, refused) {
      const refusals = snapshot && refusalsAfter(snapshot, refused)
      return refusals ? { accepted: true, snapshot: { ...snapshot, refusals } } : { accepted: false, snapshot }
    },
    serializeSnapshot({ state: { value, context }, causes, ...rest }) {
      return JSON.stringify({ ...rest, causes: listOf(causes), value, context })
    },
    parseSnapshot(text) {
      const { value, context, causes, ...rest } = JSON.parse(text)
      return { ...rest, causes: causesOf(causes), state: chart.restored({ value, context } as State) }
    },
  }
}
