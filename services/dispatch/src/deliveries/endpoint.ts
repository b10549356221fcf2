import type { Channel, Recipient } from '@holdfast/directory'
import { type Circuit, createCircuit } from './circuit.ts'
import type { Pending } from './pending.ts'

/** Where orders of one or more recipients go. */
export interface Endpoint {
  readonly key: string
  /** For people. */
  readonly name: string
  /** How many may be under way to it. */
  readonly limit: number
  /** How it was reached last, to tell whether it has been mended. */
  channel: string
  circuit: Circuit
  /** The orders that wait for it, by request. */
  readonly lanes: Map<string, Lane>
  /** Lanes whose first order is due, the longest waiting first. */
  readonly ready: Set<Lane>
  underWay: number
  waiting: number
  /** Attempts that failed. */
  failures: number
  /** Of the newest, by the time that nobody sets. */
  lastFailure: { readonly atMs: number; readonly why: string } | undefined
  /** Ends the wait for an open circuit. */
  wake: (() => void) | undefined
}

/** The orders of one request for one endpoint, which go out one after the other: a release must not overtake its freeze. */
export interface Lane {
  readonly endpoint: Endpoint
  readonly requestId: string
  /** The first is being tried while the lane is busy. */
  readonly orders: Pending[]
  busy: boolean
  /** Ends the wait for the first. */
  wake: (() => void) | undefined
}

type EndpointChannel = Exclude<Channel, { kind: 'topic' }>

/** What makes two recipients one endpoint: the address, whatever key or format. */
export const keyOf = (channel: EndpointChannel): string => (channel.kind === 'webhook' ? channel.url : channel.folder)

/** A receiver that takes 0.2 s for an order takes 20 a second from four connections. Files go one by one: a disk that hangs holds a thread for each write. */
const limits = { webhook: 4, file: 1 } as const

export const createEndpoint = ({ name }: Recipient, channel: EndpointChannel): Endpoint => ({
  key: keyOf(channel),
  name,
  limit: limits[channel.kind],
  channel: JSON.stringify(channel),
  circuit: createCircuit(),
  lanes: new Map(),
  ready: new Set(),
  underWay: 0,
  waiting: 0,
  failures: 0,
  lastFailure: undefined,
  wake: undefined,
})

/**
 * The lane that is served next: the longest waiting. One that was left alone is tried in turns with an order that has failed there and with one that has not. So neither what it can't bear keeps it
 * closed to the others, nor that it is never heard the first time: such a one, each order's first answer being lost, would be tried with a new order at each turn, and left alone longer each time.
 */
export function nextLane({ ready, circuit }: Endpoint): Lane | undefined {
  const [longest] = ready
  const openings = circuit.openings()
  if (openings === 0) return longest
  for (const lane of ready) if ((lane.orders[0] as Pending).failures > 0 === (openings % 2 === 1)) return lane
  return longest
}

/** Whether the directory has it otherwise than before, with another key for example, or it is one of these. What was known of its failures is forgotten then. */
export function isRepaired(endpoint: Endpoint, channel: EndpointChannel, mended: ReadonlySet<string>): boolean {
  const text = JSON.stringify(channel)
  if (text === endpoint.channel && !mended.has(endpoint.key)) return false
  endpoint.channel = text
  endpoint.circuit = createCircuit()
  return true
}
