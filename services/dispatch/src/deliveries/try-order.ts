import type { Recipient } from '@holdfast/directory'
import type { Logger } from '@holdfast/runtime'
import type { AttemptResult } from './attempt-result.ts'
import { backOffMs, quickPace, slowPace } from './back-off.ts'
import type { Endpoint } from './endpoint.ts'
import { failureReasonOf } from './failure-reason.ts'
import { attemptsOf, type Ended, type Pending } from './pending.ts'

export interface TryOptions {
  /** Makes one attempt. An exception is a temporary failure. */
  readonly attempt: (recipient: Recipient, order: string, signal: AbortSignal) => Promise<AttemptResult>
  /** Number of failures after which an order is escalated. */
  readonly attemptsMax: number
  /** Monotonic milliseconds: a clock that is set back must not delay orders. */
  readonly nowMs: () => number
  readonly random: () => number
  readonly log: Logger
}

/** The result of an attempt: the end of the order, or nothing if the order waits for its next attempt. */
export interface AfterAttempt {
  readonly ended?: Ended
  /** The endpoint was down and has recovered. */
  readonly isBack?: boolean
}

/** Makes one attempt and records its result on the order and its endpoint. Never rejects. */
export const createTrial = ({ attempt, attemptsMax, nowMs, random, log }: TryOptions) =>
  async function tryOrder(endpoint: Endpoint, pending: Pending, recipient: Recipient): Promise<AfterAttempt> {
    const { owner, orderId, requestId } = pending
    const { name, channel } = recipient
    // The next scheduling moves it.
    if (channel.kind === 'topic') return {}
    let order: string
    try {
      order = await owner.textOf(pending)
    } catch (error) {
      // The stream is unreachable, which is no failure of the endpoint.
      pending.dueAtMs = nowMs() + backOffMs(quickPace, 1, random)
      log.warn({ err: error, orderId }, 'An order could not be read from the stream; retrying')
      return {}
    }
    const attempted = await attempt(recipient, order, owner.ending).catch(
      (error): AttemptResult => ({ outcome: 'failed', why: failureReasonOf(error) }),
    )
    // An attempt that had to stop is no evidence about its endpoint.
    if (owner.ending.aborted && attempted.outcome !== 'delivered') return {}
    if (attempted.outcome === 'failed') return failed(attempted)
    const isBack = endpoint.circuit.succeeded()
    if (attempted.outcome === 'delivered')
      return { isBack, ended: { kind: 'delivered', recipient: name, attempts: pending.failures + 1, channel: channel.kind } }
    pending.failures += 1
    return { isBack, ended: { kind: 'escalated', ...attemptsOf(pending, recipient), why: attempted.why } }

    function failed({ why, slow = false, pauseMs }: AttemptResult & { outcome: 'failed' }): AfterAttempt {
      pending.failures += 1
      endpoint.failures += 1
      endpoint.lastFailure = { atMs: nowMs(), why }
      pending.dueAtMs = nowMs() + backOffMs(slow ? slowPace : quickPace, pending.failures, random)
      const about = { recipient: name, orderId, requestId, failures: pending.failures, why }
      log.debug(about, 'Delivery attempt failed')
      if (endpoint.circuit.failed(nowMs(), pauseMs))
        log.warn({ ...about, waiting: endpoint.waiting }, 'Circuit opened: the endpoint fails, so its orders wait')
      const isExpired = pending.failures >= attemptsMax || owner.isExpired(pending)
      return isExpired ? { ended: { kind: 'escalated', ...attemptsOf(pending, recipient), why } } : {}
    }
  }
