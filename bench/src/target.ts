import type { FreezeRequest } from '@holdfast/schemas'
import type { Outcomes } from './outcomes.ts'

/** As intake has it: what is sent there is part of the id of what comes of it. */
export const requestsRoute = 'POST /v1/requests'

/** All load comes from one member, which no engine would let have so much. The quotas are counted all the same. */
export const loadOfOneMember = { HOLDFAST_REQUESTS_PER_SECOND: '1000000', HOLDFAST_BYTES_PER_SECOND: '1000000000' } as const

/** An engine under load, wherever it runs. */
export interface Target {
  readonly name: string
  readonly intakeUrl: string
  /** A bearer token of the member system that sends. */
  readonly token: string
  readonly outcomes: Outcomes
  /** The id of the request that the sender asks for under a key. */
  requestIdOf(key: string, request: FreezeRequest): string
  /** What is durable when, in words, for the record. */
  readonly durability: Readonly<Record<string, string>>
  /** Process ids by group; the group `engine` is the engine itself. */
  processes(): Readonly<Record<string, readonly number[]>>
  /** What it keeps now. */
  footprint(): Promise<Footprint>
  /** What lies in the streams at the end. */
  audit(): Promise<StreamCounts>
  stop(): Promise<void>
}

/** What an engine keeps. */
export interface Footprint {
  /** Of all its files, Kafka's among them. Not Redis's: its log is written anew now and then. */
  readonly diskBytes: number
  readonly redis?: { readonly keys: number; readonly bytes: number }
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
  const { facts, orders, deadLetters } = await target.audit()
  const expected = (what: string, seen: number, wanted: number): string[] =>
    seen === wanted ? [] : [`${seen} ${what} instead of ${wanted}`]
  return [
    ...expected('requests never accepted', failed, 0),
    ...expected('requests recovered', recovered, submitted),
    ...expected('requests ordered', ordered, submitted),
    ...expected('orders or ends doubled', doubled, 0),
    ...expected('facts in the ledger', facts, submitted * factsPerLifecycle),
    ...expected('orders in their topic', orders, submitted),
    ...expected('dead letters', deadLetters, 0),
  ]
}
