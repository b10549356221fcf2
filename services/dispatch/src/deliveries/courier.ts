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
import { type Ended, type Pending, type PendingOwner, triedBy } from './pending.ts'
import type { Timers } from './timers.ts'
import { createTrial, type TryOptions } from './try-order.ts'

export interface CourierOptions extends TryOptions {
  /** Who takes an order, as the directory says it now. */
  readonly recipientOf: (country: string, bic: string, vasp: string | undefined) => Recipient
  readonly timers: Timers
}

/** Brings orders to their endpoints, each endpoint at its own speed: none waits for another. */
export interface Courier {
  take(pending: Pending): void
  /**
   * Has it wait no longer, unless it is just being tried, or neither it nor another that waited for the same endpoint has failed: as long as an endpoint takes
   * orders, each is tried.
   */
  giveUp(pending: Pending, why: string): void
  /** Forgets an order that somebody else has brought, unless it is just being tried. */
  forget(pending: Pending): void
  /** The directory is another one: what waits goes where it says now. An endpoint that was mended is tried at once, also one of these that the directory has as before. */
  refresh(mended?: ReadonlySet<string>): void
  /** Where orders wait, and how each place stands. */
  endpoints(): Iterable<Endpoint>
  /** Forgets what is an owner's; resolves when nothing of it is under way. By its `mayBegin` nothing begins any more. */
  leave(owner: PendingOwner): Promise<void>
}

/** One connection is each endpoint's own; what is more comes out of a pool that all share. So slow endpoints can take from others what makes them faster, and never what they need. */
const sharedMax = 64
/** Orders that wait for one endpoint, 0.4 kB each. It would not work off more than this before their time is over. */
const waitingMax = 20_000

export function createCourier(options: CourierOptions): Courier {
  const { recipientOf, nowMs, timers, log } = options
  const tryOrder = createTrial(options)
  const endpoints = new Map<string, Endpoint>()
  /** Where each order waits. */
  const lanes = new Map<Pending, Lane>()
  /** Endpoints that would do more if the pool had room. */
  const wanting = new Set<Endpoint>()
  const running = new Map<PendingOwner, Set<Promise<void>>>()
  let shared = 0

  const recipientFor = ({ country, bic, vasp }: Pending) => recipientOf(country, bic, vasp)
  const isUnderWay = (pending: Pending) => {
    const lane = lanes.get(pending)
    return lane?.busy === true && lane.orders[0] === pending
  }

  /** Lets an order wait where the directory says. */
  function place(pending: Pending): void {
    const recipient = recipientFor(pending)
    const { channel } = recipient
    const tried = triedBy(pending, recipient)
    if (channel.kind === 'topic') {
      // It lies there already.
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
    // Seldom more than two of a request wait, and then nearly always in their order already.
    let at = lane.orders.length
    while (at > (lane.busy ? 1 : 0) && (lane.orders[at - 1]?.position ?? 0) > pending.position) at--
    lane.orders.splice(at, 0, pending)
    if (at === 0) schedule(lane)
  }

  /** Has the first order of a lane tried when it is due, or moves the lane if its orders go elsewhere now. */
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
    wanting.delete(endpoint)
    endpoints.delete(endpoint.key)
  }

  function move(lane: Lane): void {
    const orders = [...lane.orders]
    for (const pending of orders) leaveLane(pending)
    removeLane(lane)
    for (const pending of orders) {
      pending.dueAtMs = nowMs()
      place(pending)
    }
  }

  /** Takes it out of its lane; who calls has the lane's next order scheduled. */
  function leaveLane(pending: Pending): Lane | undefined {
    const lane = lanes.get(pending)
    if (!lane) return undefined
    lanes.delete(pending)
    lane.orders.splice(lane.orders.indexOf(pending), 1)
    lane.endpoint.waiting -= 1
    return lane
  }

  /** Starts what may start. */
  function pump(endpoint: Endpoint): void {
    const now = nowMs()
    const most = Math.min(endpoint.limit, endpoint.circuit.allowance(now))
    while (endpoint.underWay < most) {
      const lane = nextLane(endpoint)
      if (!lane) break
      if (endpoint.underWay > 0 && shared >= sharedMax) {
        wanting.add(endpoint)
        break
      }
      endpoint.ready.delete(lane)
      start(lane)
    }
    const triableAtMs = endpoint.circuit.triableAtMs(now)
    if (triableAtMs === undefined || endpoint.ready.size === 0 || endpoint.wake) return
    endpoint.wake = timers.after(triableAtMs - now, () => {
      endpoint.wake = undefined
      pump(endpoint)
    })
  }

  function start(lane: Lane): void {
    const { endpoint } = lane
    const [pending] = lane.orders
    if (!pending?.owner.mayBegin()) return
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
      for (const other of wanting) {
        if (shared >= sharedMax) break
        wanting.delete(other)
        pump(other)
      }
    }
    track(pending.owner, work(lane, pending).then(ended))
  }

  /** So that an owner can wait for what it has under way. */
  function track(owner: PendingOwner, work: Promise<void>): void {
    const all = running.get(owner) ?? new Set()
    running.set(owner, all)
    all.add(work)
    void work.then(() => all.delete(work))
  }

  /** One attempt, and what follows from it. */
  async function work({ endpoint }: Lane, pending: Pending): Promise<void> {
    const { ended, isBack } = await tryOrder(endpoint, pending, recipientFor(pending))
    if (isBack) {
      log.info({ recipient: endpoint.name, waiting: endpoint.waiting }, 'an endpoint answers again')
      hasten(endpoint)
    }
    if (!ended) return
    await pending.owner.ended(pending, ended)
    leaveLane(pending)
  }

  /** What failed because the endpoint was away need not wait for its turn. */
  function hasten(endpoint: Endpoint): void {
    const now = nowMs()
    for (const lane of [...endpoint.lanes.values()]) {
      const [first] = lane.orders
      if (!first || lane.busy) continue
      first.dueAtMs = Math.min(first.dueAtMs, now)
      schedule(lane)
    }
  }

  /** Ends an order that is not being tried. */
  function end(pending: Pending, how: Ended): void {
    const lane = leaveLane(pending)
    track(pending.owner, pending.owner.ended(pending, how))
    if (lane) schedule(lane)
  }

  return {
    take: place,
    giveUp(pending, why) {
      const endpoint = lanes.get(pending)?.endpoint
      if (!endpoint || isUnderWay(pending)) return
      const hasFailed = pending.failures > 0 || endpoint.failures > pending.endpointFailures
      if (hasFailed) end(pending, { kind: 'escalated', ...triedBy(pending, recipientFor(pending)), why })
    },
    forget(pending) {
      const lane = isUnderWay(pending) ? undefined : leaveLane(pending)
      if (lane) schedule(lane)
    },
    refresh(mended = new Set()) {
      for (const endpoint of [...endpoints.values()]) {
        for (const lane of [...endpoint.lanes.values()]) schedule(lane)
        const [lane] = endpoint.lanes.values()
        const channel = lane?.orders[0] && recipientFor(lane.orders[0]).channel
        if (channel && channel.kind !== 'topic' && isRepaired(endpoint, channel, mended)) hasten(endpoint)
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
      // What was under way and had to end without an outcome.
      forgetAll()
      running.delete(owner)
    },
  }
}
