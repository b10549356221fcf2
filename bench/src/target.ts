import type { RequestCounts } from '@holdfast/schemas'
import type { Outcomes } from './outcomes.ts'
import type { Submitter } from './submitter.ts'

/** As intake has it: what is sent there is part of the id of what comes of it. */
export const requestsRoute = 'POST /v1/requests'

/** An engine under load, wherever it runs. */
export interface Target {
  readonly name: string
  readonly outcomes: Outcomes
  /** Who sends to it. */
  submitter(): Submitter
  /** Of an engine that says so: whether it can do all it has to, its views being up with the ledger. */
  isReady?(): Promise<boolean>
  /** How many requests the view of the desk shows as recovered; where there is a desk. */
  recoveredInView?(): Promise<number>
  /** What is durable when, in words, for the record. */
  readonly durability: Readonly<Record<string, string>>
  /** Process ids by group; the group `engine` is the engine itself. */
  processes(): Readonly<Record<string, readonly number[]>>
  /** What it keeps now. */
  footprint(): Promise<Footprint>
  /** What lies in the streams of the engine at the end. Of others only what the outside sees is counted. */
  audit?(): Promise<StreamCounts>
  stop(): Promise<void>
}

/** What an engine keeps. */
export interface Footprint {
  /** Of all its files, Kafka's among them. Not Redis's: its log is written anew now and then. */
  readonly diskBytes: number
  readonly redis?: { readonly keys: number; readonly bytes: number }
}

/** Asks a desk for the counts of the country that sends. */
export const countsAt = (deskUrl: string, token: string) => async (): Promise<number> => {
  const answer = await fetch(`${deskUrl}/v1/requests/counts`, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`the desk does not give its counts: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as RequestCounts).byPhase.recovered
}

export interface StreamCounts {
  readonly facts: number
  readonly orders: number
  readonly deadLetters: number
}

/** RequestOpened, RequestVerified, OrderAcknowledged, FreezeReported, ActionProposed, ReturnInitiated, ReturnReported. */
const factsPerLifecycle = 7

/** What makes the figures of a run worthless: something was lost or doubled. Empty when all is well. */
export async function faultsOf(target: Pick<Target, 'outcomes' | 'audit'>, failed: number): Promise<string[]> {
  const { submitted, ordered, recovered, doubled } = target.outcomes.counts()
  const streams = await target.audit?.()
  const expected = (what: string, seen: number, wanted: number): string[] =>
    seen === wanted ? [] : [`${seen} ${what} instead of ${wanted}`]
  return [
    ...expected('requests never accepted', failed, 0),
    ...expected('requests recovered', recovered, submitted),
    ...expected('requests ordered', ordered, submitted),
    ...expected('orders or ends doubled', doubled, 0),
    ...(streams
      ? [
          ...expected('facts in the ledger', streams.facts, submitted * factsPerLifecycle),
          ...expected('orders in their topic', streams.orders, submitted),
          ...expected('dead letters', streams.deadLetters, 0),
        ]
      : []),
  ]
}
