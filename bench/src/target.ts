import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { RequestCounts } from '@holdfast/schemas'
import type { Outcomes } from './outcomes.ts'
import type { Submitter } from './submitter.ts'

/** The route of intake: it is part of the ids of the results. */
export const requestsRoute = 'POST /v1/requests'

/** An engine under load, on any backend. */
export interface Target {
  readonly name: string
  readonly outcomes: Outcomes
  /** The sender. */
  submitter(): Submitter
  /** Whether the engine is ready, with its projections up to date; where it reports that. */
  isReady?(): Promise<boolean>
  /** How many requests the desk's projection shows as recovered; where there is a desk. */
  recoveredInView?(): Promise<number>
  /** How durability works, in words, for the record. */
  readonly durability: Readonly<Record<string, string>>
  /** Process ids by group; the group `engine` is the engine itself. */
  processes(): Readonly<Record<string, readonly number[]>>
  /** Its current storage. */
  footprint(): Promise<Footprint>
  /** The records of the engine's streams at the end. For peers only client observations count. */
  audit?(): Promise<StreamCounts>
  stop(): Promise<void>
}

/** The storage of an engine. */
export interface Footprint {
  /** All its files, Kafka's among them. Not Redis's: its log is rewritten now and then. */
  readonly diskBytes: number
  readonly redis?: { readonly keys: number; readonly bytes: number }
}

/** Queries a desk for the counts of the sending country. */
export const countsAt = (deskUrl: string, token: string) => async (): Promise<number> => {
  const answer = await fetch(`${deskUrl}/v1/requests/counts`, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`the desk does not return its counts: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as RequestCounts<PaymentStopTypes>).byPhase.recovered
}

export interface StreamCounts {
  readonly facts: number
  readonly orders: number
  readonly deadLetters: number
}

/**
 * RequestOpened, RequestVerified, OrderAcknowledged, FreezeReported, ActionProposed, ReturnInitiated, ReturnReported.
 */
const factsPerLifecycle = 7

/** The reasons why the figures of a run are invalid: lost or duplicated requests. Empty when all is well. */
export async function faultsOf(target: Pick<Target, 'outcomes' | 'audit'>, failed: number): Promise<string[]> {
  const { submitted, ordered, recovered, doubled } = target.outcomes.counts()
  const streams = await target.audit?.()
  const expected = (what: string, seen: number, wanted: number): string[] =>
    seen === wanted ? [] : [`${seen} ${what} instead of ${wanted}`]
  return [
    ...expected('requests never accepted', failed, 0),
    ...expected('requests recovered', recovered, submitted),
    ...expected('requests ordered', ordered, submitted),
    ...expected('orders or ends duplicated', doubled, 0),
    ...(streams
      ? [
          ...expected('facts in the ledger', streams.facts, submitted * factsPerLifecycle),
          ...expected('orders in their topic', streams.orders, submitted),
          ...expected('dead letters', streams.deadLetters, 0),
        ]
      : []),
  ]
}
