import type { Channel, Recipient } from '@holdfast/directory'
import { type Circuit, createCircuit } from './circuit.ts'
import type { Pending } from './pending.ts'

/** The destination of one or more recipients' orders. */
export interface Endpoint {
  readonly key: string
  /** For display. */
  readonly name: string
  /** How many attempts may run concurrently. */
  readonly limit: number
  /** The channel of the last attempt, to detect a repair in the directory. */
  channel: string
  circuit: Circuit
  /** Waiting orders, by request. */
  readonly lanes: Map<string, Lane>
  /** Lanes whose first order is due, in order of waiting time. */
  readonly ready: Set<Lane>
  underWay: number
  waiting: number
  /** Failed attempts. */
  failures: number
  /** The latest failure, in monotonic time. */
  lastFailure: { readonly atMs: number; readonly why: string } | undefined
  /** Cancels the wait for an open circuit. */
  wake: (() => void) | undefined
}

/**
 * The orders of one request for one endpoint. They are sent one after the other, because a release must not overtake
 * its freeze.
 */
export interface Lane {
  readonly endpoint: Endpoint
  readonly requestId: string
  /** An attempt for the first order is running while the lane is busy. */
  readonly orders: Pending[]
  busy: boolean
  /** Cancels the wait for the first order. */
  wake: (() => void) | undefined
}

type EndpointChannel = Exclude<Channel, { kind: 'topic' }>

/** Two recipients with one address are one endpoint, whatever their key or format. */
export const keyOf = (channel: EndpointChannel): string => (channel.kind === 'webhook' ? channel.url : channel.folder)

/**
 * A webhook that needs 0.2 s for an order receives 20 a second over four connections. Files are written one by one,
 * because a hanging disk blocks one thread for each write.
 */
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
 * The lane to serve next: the one that has waited longest. After the circuit has opened, trials alternate between an
 * order that has failed there and one that has not.
 *
 * So an order that the endpoint cannot process does not block the others. And an endpoint whose first response is
 * always lost still completes its orders, instead of receiving a new order at each trial.
 */
export function nextLane({ ready, circuit }: Endpoint): Lane | undefined {
  const [longest] = ready
  const openings = circuit.openings()
  if (openings === 0) return longest
  for (const lane of ready) if ((lane.orders[0] as Pending).failures > 0 === (openings % 2 === 1)) return lane
  return longest
}

/**
 * Whether the directory has changed the channel, for example its key, or `repaired` lists it. Resets the circuit then.
 */
export function isRepaired(endpoint: Endpoint, channel: EndpointChannel, repaired: ReadonlySet<string>): boolean {
  const text = JSON.stringify(channel)
  if (text === endpoint.channel && !repaired.has(endpoint.key)) return false
  endpoint.channel = text
  endpoint.circuit = createCircuit()
  return true
}
