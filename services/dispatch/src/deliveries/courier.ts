// Delivers orders to endpoints: webhooks and folders. Callers: start-deliveries.ts, and deliver-partition.ts for each
// ledger partition.
// An order waits in the lane of its request at one endpoint: due later → ready → being tried → delivered, escalated or
// tried again later.
// An endpoint has a circuit: closed (orders go out), open (it failed and waits) or half open (one trial is under way).
// A repaired endpoint is tried at once.
// Each endpoint has one connection of its own; further connections come from a shared pool, so a slow endpoint delays
// no other.

import type { Recipient } from '@holdfast/directory'
import { createEndpoint, type Endpoint, isRepaired, keyOf, type Lane, nextLane } from './endpoint.ts'
import { attemptsOf, type Ended, type Pending, type PendingOwner } from './pending.ts'
import type { Timers } from './timers.ts'
import { createTrial, type TryOptions } from './try-order.ts'

export interface CourierOptions extends TryOptions {
  /** The current recipient of an order, by the directory. */
  readonly recipientOf: (country: string, bic: string, vasp: string | undefined) => Recipient
  readonly timers: Timers
}

/** Delivers orders to their endpoints. Endpoints do not wait for each other. */
export interface Courier {
  take(pending: Pending): void
  /**
   * Escalates an order, unless an attempt is running. Keeps it if neither it nor another order for this endpoint has
   * failed since it was queued: a working endpoint receives every order.
   */
  escalate(pending: Pending, why: string): void
  /** Drops an order that another owner has delivered, unless an attempt is running. */
  drop(pending: Pending): void
  /**
   * Applies a changed directory to all waiting orders. Repaired endpoints are tried at once, including those in
   * `repaired` that the directory has not changed.
   */
  refresh(repaired?: ReadonlySet<string>): void
  /** The endpoints with waiting orders. */
  endpoints(): Iterable<Endpoint>
  /**
   * Drops the orders of an owner; resolves when none of its attempts is running. Its `mayStart` must already return
   * false.
   */
  leave(owner: PendingOwner): Promise<void>
}

/**
 * Each endpoint has one connection of its own; further ones come from a shared pool. Slow endpoints can use up the
 * pool, but never the connection that others need.
 */
const sharedMax = 64
/** Waiting orders for one endpoint, 0.4 kB each. It could not process more before they expire. */
const waitingMax = 20_000

export function createCourier(options: CourierOptions): Courier {
  const { recipientOf, nowMs, timers, log } = options
  const tryOrder = createTrial(options)
  const endpoints = new Map<string, Endpoint>()
  /** The lane in which each order waits. */
  const lanes = new Map<Pending, Lane>()
  /** Endpoints that could use a further connection of the pool. */
  const waitingForPool = new Set<Endpoint>()
  const running = new Map<PendingOwner, Set<Promise<void>>>()
  let shared = 0

  const recipientFor = ({ country, bic, vasp }: Pending) => recipientOf(country, bic, vasp)
  const isUnderWay = (pending: Pending) => {
    const lane = lanes.get(pending)
    return lane?.busy === true && lane.orders[0] === pending
  }

  /** Queues an order at the endpoint that the directory names. */
  function enqueueByDirectory(pending: Pending): void {
    const recipient = recipientFor(pending)
    const { channel } = recipient
    const tried = attemptsOf(pending, recipient)
    if (channel.kind === 'topic') {
      // The order is already in the topic.
      end(pending, { kind: 'delivered', ...tried, channel: 'topic' })
      return
    }
    const endpoint = endpoints.get(keyOf(channel)) ?? createEndpoint(recipient, channel)
    if (endpoint.waiting < waitingMax) enqueue(endpoint, pending)
    else end(pending, { kind: 'escalated', ...tried, why: `${waitingMax} other orders wait for it` })
  }

  function enqueue(endpoint: Endpoint, pending: Pending): void {
    const { requestId } = pending
    const lane = endpoint.lanes.get(requestId) ?? { endpoint, requestId, orders: [], busy: false, wake: undefined }
    endpoints.set(endpoint.key, endpoint)
    endpoint.lanes.set(requestId, lane)
    endpoint.waiting += 1
    pending.endpointFailures = endpoint.failures
    lanes.set(pending, lane)
    // Rarely more than two orders of a request wait, and they are almost always in order.
    let at = lane.orders.length
    while (at > (lane.busy ? 1 : 0) && (lane.orders[at - 1]?.position ?? 0) > pending.position) at--
    lane.orders.splice(at, 0, pending)
    if (at === 0) schedule(lane)
  }

  /** Schedules the first order of a lane, or moves the lane if the directory names another endpoint. */
  function schedule(lane: Lane): void {
    if (lane.busy) return
    const { endpoint } = lane
    const [first] = lane.orders
    lane.wake?.()
    lane.wake = undefined
    endpoint.ready.delete(lane)
    const channel = first && recipientFor(first).channel
    if (!channel) removeLane(lane)
    else if (channel.kind === 'topic' || keyOf(channel) !== endpoint.key) move(lane)
    else if (first.dueAtMs > nowMs()) lane.wake = timers.after(first.dueAtMs - nowMs(), () => schedule(lane))
    else {
      endpoint.ready.add(lane)
      pump(endpoint)
    }
  }

  function removeLane({ endpoint, requestId }: Lane): void {
    endpoint.lanes.delete(requestId)
    if (endpoint.lanes.size > 0) return
    endpoint.wake?.()
    waitingForPool.delete(endpoint)
    endpoints.delete(endpoint.key)
  }

  function move(lane: Lane): void {
    const orders = [...lane.orders]
    for (const pending of orders) leaveLane(pending)
    removeLane(lane)
    for (const pending of orders) {
      pending.dueAtMs = nowMs()
      enqueueByDirectory(pending)
    }
  }

  /** Removes an order from its lane. The caller schedules the next one. */
  function leaveLane(pending: Pending): Lane | undefined {
    const lane = lanes.get(pending)
    if (!lane) return undefined
    lanes.delete(pending)
    lane.orders.splice(lane.orders.indexOf(pending), 1)
    lane.endpoint.waiting -= 1
    return lane
  }

  /** Starts as many attempts as the circuit and the limits allow. */
  function pump(endpoint: Endpoint): void {
    const now = nowMs()
    const most = Math.min(endpoint.limit, endpoint.circuit.allowance(now))
    while (endpoint.underWay < most) {
      const lane = nextLane(endpoint)
      if (!lane) break
      if (endpoint.underWay > 0 && shared >= sharedMax) {
        waitingForPool.add(endpoint)
        break
      }
      endpoint.ready.delete(lane)
      start(lane)
    }
    const retryAtMs = endpoint.circuit.retryAtMs(now)
    if (retryAtMs === undefined || endpoint.ready.size === 0 || endpoint.wake) return
    endpoint.wake = timers.after(retryAtMs - now, () => {
      endpoint.wake = undefined
      pump(endpoint)
    })
  }

  function start(lane: Lane): void {
    const { endpoint } = lane
    const [pending] = lane.orders
    if (!pending?.owner.mayStart()) return
    const isShared = endpoint.underWay > 0
    lane.busy = true
    endpoint.underWay += 1
    if (isShared) shared += 1
    const ended = () => {
      lane.busy = false
      endpoint.underWay -= 1
      if (isShared) shared -= 1
      schedule(lane)
      pump(endpoint)
      for (const other of waitingForPool) {
        if (shared >= sharedMax) break
        waitingForPool.delete(other)
        pump(other)
      }
    }
    track(pending.owner, work(lane, pending).then(ended))
  }

  /** Lets an owner wait for its running attempts. */
  function track(owner: PendingOwner, work: Promise<void>): void {
    const all = running.get(owner) ?? new Set()
    running.set(owner, all)
    all.add(work)
    void work.then(() => all.delete(work))
  }

  /** Runs one attempt and applies its outcome. */
  async function work({ endpoint }: Lane, pending: Pending): Promise<void> {
    const { ended, isBack } = await tryOrder(endpoint, pending, recipientFor(pending))
    if (isBack) {
      log.info({ recipient: endpoint.name, waiting: endpoint.waiting }, 'Endpoint responds again; sending its waiting orders')
      retryNow(endpoint)
    }
    if (!ended) return
    await pending.owner.ended(pending, ended)
    leaveLane(pending)
  }

  /** Retries the orders that failed while the endpoint was down, without their back-off. */
  function retryNow(endpoint: Endpoint): void {
    const now = nowMs()
    for (const lane of [...endpoint.lanes.values()]) {
      const [first] = lane.orders
      if (!first || lane.busy) continue
      first.dueAtMs = Math.min(first.dueAtMs, now)
      schedule(lane)
    }
  }

  /** Ends an order that has no running attempt. */
  function end(pending: Pending, how: Ended): void {
    const lane = leaveLane(pending)
    track(pending.owner, pending.owner.ended(pending, how))
    if (lane) schedule(lane)
  }

  return {
    take: enqueueByDirectory,
    escalate(pending, why) {
      const endpoint = lanes.get(pending)?.endpoint
      if (!endpoint || isUnderWay(pending)) return
      const hasFailed = pending.failures > 0 || endpoint.failures > pending.endpointFailures
      if (hasFailed) end(pending, { kind: 'escalated', ...attemptsOf(pending, recipientFor(pending)), why })
    },
    drop(pending) {
      const lane = isUnderWay(pending) ? undefined : leaveLane(pending)
      if (lane) schedule(lane)
    },
    refresh(repaired = new Set()) {
      for (const endpoint of [...endpoints.values()]) {
        for (const lane of [...endpoint.lanes.values()]) schedule(lane)
        const [lane] = endpoint.lanes.values()
        const channel = lane?.orders[0] && recipientFor(lane.orders[0]).channel
        if (channel && channel.kind !== 'topic' && isRepaired(endpoint, channel, repaired)) retryNow(endpoint)
      }
    },
    endpoints: () => endpoints.values(),
    async leave(owner) {
      const forgetAll = () => {
        for (const [pending, lane] of [...lanes])
          if (pending.owner === owner && !isUnderWay(pending)) {
            leaveLane(pending)
            schedule(lane)
          }
      }
      forgetAll()
      await Promise.all(running.get(owner) ?? [])
      // Attempts that had to stop without an outcome.
      forgetAll()
      running.delete(owner)
    },
  }
}
