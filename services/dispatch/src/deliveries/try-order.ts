import type { Recipient } from '@holdfast/directory'
import type { Logger } from '@holdfast/runtime'
import type { Attempted } from './attempted.ts'
import { backOffMs, quickPace, slowPace } from './back-off.ts'
import type { Endpoint } from './endpoint.ts'
import { failureReasonOf } from './failure-reason.ts'
import { type Ended, type Pending, triedBy } from './pending.ts'

export interface TryOptions {
  /** Tries to deliver once. What it throws is a failure that may pass. */
  readonly attempt: (recipient: Recipient, order: string, signal: AbortSignal) => Promise<Attempted>
  /** After so many failures an order is given up. */
  readonly attemptsMax: number
  /** Milliseconds as they pass whoever sets the clock: one that is set back must not hold up orders for as long. */
  readonly nowMs: () => number
  readonly random: () => number
  readonly log: Logger
}

/** What follows from an attempt: the end of the order, or nothing, and then the order says when it is due again. */
export interface AfterAttempt {
  readonly ended?: Ended
  /** The endpoint was away, and is not any more. */
  readonly isBack?: boolean
}

/** Tries an order once, and notes on it and on its endpoint what came of that. Never rejects. */
export const createTrial = ({ attempt, attemptsMax, nowMs, random, log }: TryOptions) =>
  async function tryOrder(endpoint: Endpoint, pending: Pending, recipient: Recipient): Promise<AfterAttempt> {
    const { owner, orderId, requestId } = pending
    const { name, channel } = recipient
    // Scheduling it again moves it.
    if (channel.kind === 'topic') return {}
    let order: string
    try {
      order = await owner.textOf(pending)
    } catch (error) {
      // The stream is away, which is no fault of who takes orders.
      pending.dueAtMs = nowMs() + backOffMs(quickPace, 1, random)
      log.warn({ err: error, orderId }, 'an order can not be read back')
      return {}
    }
    const attempted = await attempt(recipient, order, owner.ending).catch(
      (error): Attempted => ({ outcome: 'failed', why: failureReasonOf(error) }),
    )
    // An attempt that had to end says nothing of its endpoint.
    if (owner.ending.aborted && attempted.outcome !== 'delivered') return {}
    if (attempted.outcome === 'failed') return failed(attempted)
    const isBack = endpoint.circuit.succeeded()
    if (attempted.outcome === 'delivered')
      return { isBack, ended: { kind: 'delivered', recipient: name, attempts: pending.failures + 1, channel: channel.kind } }
    pending.failures += 1
    return { isBack, ended: { kind: 'escalated', ...triedBy(pending, recipient), why: attempted.why } }

    function failed({ why, slow = false, pauseMs }: Attempted & { outcome: 'failed' }): AfterAttempt {
      pending.failures += 1
      endpoint.failures += 1
      endpoint.lastFailure = { atMs: nowMs(), why }
      pending.dueAtMs = nowMs() + backOffMs(slow ? slowPace : quickPace, pending.failures, random)
      const about = { recipient: name, orderId, requestId, failures: pending.failures, why }
      log.debug(about, 'an order was not delivered')
      if (endpoint.circuit.failed(nowMs(), pauseMs))
        log.warn({ ...about, waiting: endpoint.waiting }, 'an endpoint is left alone for a while')
      const isOver = pending.failures >= attemptsMax || owner.isOver(pending)
      return isOver ? { ended: { kind: 'escalated', ...triedBy(pending, recipient), why } } : {}
    }
  }
